import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'

import { Button, NativeSelect, TextInput, UnstyledButton } from '@mantine/core'

import type { Problem } from '../generated/desk'
import { useWords } from '../words/desk'
import { closePromise } from './acts'
import { city, clockThere, later, phone, wallTime } from './format'
import { edgeOf, whoOf } from './Mine'
import { ask, type Promising, tell, useDesk, useModel } from './store'

const FALLBACKS_MIN = [15, 60, 240, 1440]
const ANYONE = 'anyone'
/** How long a promise stays on the screen when its call is over. */
const SHOWN_AFTER_MS = 30_000

/** The form in which a call back is promised, or put to another time. */
export function PromiseForm() {
  const promising = useDesk((s) => s.promising)
  if (promising === null) return null
  const key = 'form' in promising ? promising.form.call : promising.moved.callback
  return <Form key={key} about={promising} />
}

interface Wish {
  number: string
  zone: string
  local: string
  who: string
  note: string
}

const formOf = (about: Promising) => ('form' in about ? about.form : null)
const zonesOf = (about: Promising, number: string): string[] =>
  formOf(about)?.numbers.find((known) => known.number === number)?.zones ?? []

/** What the form begins with: what was promised before, or what is proposed. */
function begun(about: Promising): Wish {
  const before = 'moved' in about ? about.moved : (about.form.promised ?? null)
  const numbers = formOf(about)?.numbers ?? []
  const chosen = numbers.find(({ number }) => number === before?.number) ?? numbers[0]
  const fallback = before?.fallback_min ?? 15
  return {
    number: chosen?.number ?? '',
    zone: before?.zone ?? chosen?.zones[0] ?? '',
    local: before?.local ?? chosen?.suggested ?? '',
    who: before && !before.mine ? ANYONE : String(FALLBACKS_MIN.includes(fallback) ? fallback : 15),
    note: before?.note ?? '',
  }
}

function send(about: Promising, { number, zone, local, who, note }: Wish): Promise<Problem | null> {
  if ('moved' in about) {
    return ask({ t: 'cmd.callback.move', d: { callback: about.moved.callback, local } })
  }
  const mine = who !== ANYONE
  const fallback = mine ? { fallback_min: Number(who) } : {}
  const d = { number, local, zone, mine, note: note.trim(), ...fallback }
  return ask({ t: 'cmd.callback.promise', call: about.form.call, d })
}

function Form({ about }: { about: Promising }) {
  const words = useWords()
  const { t } = words
  const [wish, setWish] = useState(() => begun(about))
  const [wrong, setWrong] = useState<Problem | null>(null)
  const [isBusy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const go = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => field.current?.focus(), [])
  const form = formOf(about)
  const before = 'moved' in about ? about.moved : (about.form.promised ?? null)
  const who = whoOf(before ?? { name: form?.name ?? '', number: form?.numbers[0]?.number ?? '' }, words)
  const change = (changes: Partial<Wish>) => setWish((known) => ({ ...known, ...changes }))

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const refused = await send(about, wish)
    setBusy(false)
    setWrong(refused)
    if (refused !== null) return
    if (form !== null) useDesk.setState({ promiseMade: { call: form.call, at: Date.now() } })
    closePromise()
  }

  return (
    <form id="promise" className="card promise" aria-labelledby="promise-title" onSubmit={(event) => void submit(event)}>
      <h2 id="promise-title">{t('moved' in about ? 'promise.moved' : 'promise.title', { who })}</h2>
      <div className="promise-fields">
        <TextInput
          id="promise-when"
          ref={field}
          type="datetime-local"
          label={t('promise.when')}
          required
          withAsterisk={false}
          value={wish.local}
          onChange={(event) => change({ local: event.currentTarget.value })}
        />
        <Zone about={about} wish={wish} change={change} isFixed={form === null} />
        {form !== null && <Choices about={about} wish={wish} change={change} />}
      </div>
      <div className="promise-actions">
        <Button id="promise-go" ref={go} type="submit" variant="primary" disabled={isBusy}>
          {t('moved' in about ? 'promise.move' : before !== null ? 'promise.instead' : 'promise.go')}
        </Button>
        <Button id="promise-close" variant="plain" onClick={closePromise}>
          <kbd aria-hidden>Esc</kbd> {t('close')}
        </Button>
        <span id="promise-say" className="say" role="alert">
          {wrong !== null && words.problem(wrong)}
        </span>
        {wrong?.next_local && (
          <Button
            id="promise-next"
            variant="plain"
            onClick={() => {
              change({ local: wrong.next_local ?? '' })
              setWrong(null)
              go.current?.focus()
            }}
          >
            {t('promise.next', { time: wallTime(wrong.next_local, words) })}
          </Button>
        )}
      </div>
    </form>
  )
}

interface PartProps {
  about: Promising
  wish: Wish
  change: (changes: Partial<Wish>) => void
}

function Zone({ about, wish, change, isFixed }: PartProps & { isFixed: boolean }) {
  const words = useWords()
  const { t } = words
  // An earlier promise may have a zone that the number is not known for: it stays until another is chosen.
  const first = begun(about)
  const kept = wish.number === first.number ? [first.zone, wish.zone] : [wish.zone]
  const zones = new Set([...zonesOf(about, wish.number), ...kept].filter((zone) => zone !== ''))
  return (
    <div>
      <NativeSelect
        id="promise-zone"
        label={t('promise.zone')}
        disabled={isFixed}
        value={wish.zone}
        data={[...zones].map((value) => ({ value, label: city(value) }))}
        onChange={(event) => change({ zone: event.currentTarget.value })}
      />
      <span id="promise-clock" className="soft">
        {wish.zone !== '' && t('promise.clock', { time: clockThere(wish.zone, words), zone: wish.zone })}
      </span>
    </div>
  )
}

function Choices({ about, wish, change }: PartProps) {
  const words = useWords()
  const { t } = words
  const whose = FALLBACKS_MIN.map((minutes) => ({
    value: String(minutes),
    label: t('promise.me', { later: later(minutes, words) }),
  }))
  const numbers = formOf(about)?.numbers ?? []
  return (
    <>
      <NativeSelect
        id="promise-who"
        label={t('promise.who')}
        value={wish.who}
        data={[...whose, { value: ANYONE, label: t('promise.anyone') }]}
        onChange={(event) => change({ who: event.currentTarget.value })}
      />
      <NativeSelect
        id="promise-number"
        label={t('promise.number')}
        value={wish.number}
        data={numbers.map(({ number, label }) => ({
          value: number,
          label: [phone(number, words), label].filter(Boolean).join(' · '),
        }))}
        onChange={(event) => {
          const number = event.currentTarget.value
          change({ number, zone: zonesOf(about, number)[0] ?? '' })
        }}
      />
      <TextInput
        id="promise-note"
        className="wide"
        label={t('promise.note')}
        maxLength={500}
        autoComplete="off"
        value={wish.note}
        onChange={(event) => change({ note: event.currentTarget.value })}
      />
    </>
  )
}

/** What was promised to the customer of this call, or of the one that was just over. */
export function Promised() {
  const { callbacks, call } = useModel()
  const made = useDesk((s) => s.promiseMade)
  const words = useWords()
  const { t } = words
  const [, look] = useState(0)
  useEffect(() => {
    if (made.at === 0) return
    const left = made.at + SHOWN_AFTER_MS - Date.now()
    const timer = setTimeout(() => look((n) => n + 1), Math.max(0, left) + 100)
    return () => clearTimeout(timer)
  }, [made])
  const form = callbacks?.form
  const promised = form?.promised
  if (!form || !promised) return null
  const isFresh = made.call === form.call && Date.now() - made.at < SHOWN_AFTER_MS
  if (call !== null ? call.call !== form.call : !isFresh) return null
  const take = async () => {
    const d = { callback: promised.callback, why: 'mistake' } as const
    const refused = await ask({ t: 'cmd.callback.cancel', d })
    if (refused !== null) tell(words.problem(refused))
  }
  const said = t(promised.mine ? 'promised.mine' : 'promised.anyone', {
    who: whoOf(promised, words),
    time: wallTime(promised.local, words),
    city: city(promised.zone),
    later: later(promised.fallback_min, words),
  })
  return (
    <p id="promised" className="promised" data-tone="good" role="status">
      <span id="promised-words">{`${said} ${edgeOf(promised, words)}`.trim()}</span>
      <UnstyledButton id="promised-cancel" className="quiet-link" onClick={() => void take()}>
        {t('promised.cancel')}
      </UnstyledButton>
    </p>
  )
}
