import { type FormEvent, useState } from 'react'

import { Button, TextInput } from '@mantine/core'

import type { QueueTile } from '../generated/desk'
import { lasting } from '../kit/lasting'
import { useWords } from '../words/desk'
import { Since } from './clock'
import { clockTime, isToday, phone } from './format'
import { Mine } from './Mine'
import { PhoneCard } from './PhoneCard'
import { QueueBreak } from './QueueBreak'
import { ask, link, tell, useModel } from './store'

const MISSED_SHOWN = 20

/** What stands beside the call: queues, promises, parked callers, a number to call, missed calls. */
export function Side() {
  return (
    <>
      <PhoneCard />
      <Tiles />
      <Mine />
      <Parked />
      <Dial />
      <Numbers />
      <Missed />
    </>
  )
}

function load(tile: QueueTile | undefined): string {
  if (tile === undefined || tile.waiting === 0) return 'none'
  return tile.waiting > tile.logged_in ? 'high' : 'some'
}

function Tiles() {
  const { queues, tiles } = useModel()
  const { t, many } = useWords()
  return (
    <section aria-labelledby="queues-title">
      <h3 id="queues-title">{t('queues')}</h3>
      <div id="tiles" className="tiles">
        {queues.map(({ queue, label }) => {
          const tile = tiles.get(queue)
          // Who is being offered to someone still waits.
          const waiting = tile?.waiting ?? 0
          return (
            <div key={queue} className="tile" data-queue={queue} data-load={load(tile)}>
              <span className="tile-label">{label}</span>
              <span className="tile-wait">
                <Since since={tile?.oldest_since} />
              </span>
              <span>
                <strong className="tile-number">{waiting}</strong>{' '}
                <span className="soft">{many('queue', waiting)}</span>
              </span>
              <span className="soft">
                {tile !== undefined && t('queue.free', { free: tile.idle, all: tile.logged_in })}
              </span>
              <QueueBreak queue={queue} label={label} />
            </div>
          )
        })}
      </div>
    </section>
  )
}

function Parked() {
  const { parked } = useModel()
  const { t, problem } = useWords()
  const [slot, setSlot] = useState('')
  const [wrong, setWrong] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const number = Number(slot)
    if (!Number.isInteger(number) || number < 1) return
    tell('')
    const refused = await ask({ t: 'cmd.retrieve', d: { slot: number } })
    setWrong(refused === null ? '' : problem(refused))
    if (refused === null) setSlot('')
  }
  return (
    <section aria-labelledby="parked-title">
      <h3 id="parked-title">{t('parked')}</h3>
      <form id="retrieve" className="line" onSubmit={(event) => void submit(event)}>
        <label htmlFor="slot">{t('parked.slot')}</label>
        <TextInput
          id="slot"
          className="short"
          inputMode="numeric"
          pattern="[0-9]+"
          required
          maxLength={4}
          autoComplete="off"
          value={slot}
          onChange={(event) => setSlot(event.currentTarget.value)}
        />
        <Button type="submit" variant="plain" size="sm">
          {t('parked.take')}
        </Button>
      </form>
      <p id="parked-note" className="soft" role="status">
        {parked !== null && t('parked.note', { slot: parked.slot })}
      </p>
      <p id="retrieve-say" className="say" role="alert">
        {wrong}
      </p>
    </section>
  )
}

function Dial() {
  const { t, problem } = useWords()
  const [number, setNumber] = useState('')
  const [shown, setShown] = useState('')
  const [wrong, setWrong] = useState('')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    tell('')
    const refused = await ask({ t: 'cmd.dial', d: { number: number.trim(), shown: shown.trim() } })
    setWrong(refused === null ? '' : problem(refused))
    if (refused === null) setNumber('')
  }
  return (
    <section aria-labelledby="dial-title">
      <h3 id="dial-title">{t('dial')}</h3>
      <form id="dial" className="line" onSubmit={(event) => void submit(event)}>
        <label htmlFor="dial-number">{t('dial.number')}</label>
        <TextInput
          id="dial-number"
          className="long"
          type="tel"
          required
          maxLength={20}
          autoComplete="off"
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Button type="submit" variant="plain" size="sm">
          {t('dial.go')}
        </Button>
        <label htmlFor="dial-shown">{t('dial.shown')}</label>
        <TextInput
          id="dial-shown"
          className="long"
          type="tel"
          maxLength={20}
          autoComplete="off"
          placeholder={t('dial.usual')}
          value={shown}
          onChange={(event) => setShown(event.currentTarget.value)}
        />
      </form>
      <p id="dial-say" className="say" role="alert">
        {wrong}
      </p>
    </section>
  )
}

function Numbers() {
  const { numbers } = useModel()
  const { t } = useWords()
  if (numbers === null) return null
  const rows = [
    [t('numbers.calls'), String(numbers.calls)],
    [t('numbers.missed'), String(numbers.missed)],
    [t('numbers.talk'), lasting(numbers.talk_ms)],
    [t('numbers.hold'), lasting(numbers.hold_ms)],
    [t('numbers.wrap_up'), lasting(numbers.wrap_up_ms)],
    [t('numbers.paused'), lasting(numbers.paused_ms)],
  ]
  return (
    <section id="numbers" aria-labelledby="numbers-title">
      <h3 id="numbers-title">{t('numbers')}</h3>
      <dl id="numbers-list" className="numbers">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt className="soft">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Missed() {
  const { missed } = useModel()
  const words = useWords()
  const { t, maybe } = words
  const now = link.now()
  const rows = missed
    .filter((row) => isToday(row.at, now))
    .slice(-MISSED_SHOWN)
    .reverse()
  return (
    <section aria-labelledby="missed-title">
      <h3 id="missed-title">
        {t('missed')}{' '}
        <span id="missed-count" className="count">
          {rows.length}
        </span>
      </h3>
      <ol id="missed" className="missed-list">
        {rows.length === 0 && <li className="soft">{t('missed.none')}</li>}
        {rows.map((row) => (
          <li key={row.reservation} className="missed-row">
            <span className="missed-who">{row.name || phone(row.ani, words)}</span>
            <time className="soft" dateTime={new Date(row.at).toISOString()}>
              {clockTime(row.at, words)}
            </time>
            <span className="missed-why">
              {maybe(`missed.${row.result}`, row.result)} · {row.queue_label || '—'}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
