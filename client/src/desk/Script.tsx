import { useEffect, useRef, useState } from 'react'

import { Button } from '@mantine/core'

import type { ScriptAction, ScriptPage } from '../generated/desk'
import { useWords } from '../words/desk'
import { ACTS } from './acts'
import { useKeyOf } from './bindings'
import { useNow } from './clock'
import { isOpen, type Model, pageOf } from './model'
import { answerOf, isLine, Question } from './Question'
import { Spans } from './Spans'
import { ask, current, useModel, wish } from './store'

type Move = 'next' | 'back' | 'confirm' | 'close' | 'take' | 'accepted' | 'declined'

/** What to say: the script of the queue, or the page of a call script. */
export function ScriptCard() {
  const model = useModel()
  const { t } = useWords()
  const page = pageOf(model)
  const { call } = model
  // The short first part is replaced by the whole text when that was too long for it.
  const lines = call?.more?.script?.length ? call.more.script : (call?.pop?.script ?? [])
  if (page === null && lines.length === 0) return null
  return (
    <section id="script-card" className="card script" data-led={page !== null} aria-labelledby="script-title">
      <h3>
        <span id="script-title">{page?.title ?? t('script')}</span>{' '}
        <span id="script-step" className="soft">
          <Step model={model} page={page} />
        </span>
      </h3>
      {page === null ? (
        <ol id="script">
          {lines.map((line, index) => (
            <li key={index}>{line}</li>
          ))}
        </ol>
      ) : (
        <Page key={page.call} page={page} />
      )}
    </section>
  )
}

/** Where the script is; what the way through it suggests the end to be called. The agent decides. */
function Step({ model, page }: { model: Model; page: ScriptPage | null }) {
  const { t } = useWords()
  if (page === null) return ''
  if (page.over) return t('script.over')
  if (!page.begun) return t('script.begins')
  const label = model.dispositions.find(({ code }) => code === page.suggested)?.label
  return page.suggested ? `${label ?? page.suggested}?` : ''
}

/** What can be done on a page, and what the server says against it. */
function usePage(page: ScriptPage) {
  const { problem } = useWords()
  const [said, setSaid] = useState('')
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({})
  const form = useRef<HTMLFormElement>(null)
  const pending = useRef(new Map<string, Promise<unknown>>())
  const hasMoved = useRef(false)

  useEffect(() => {
    setSaid('')
    setWrong({})
    if (hasMoved.current) form.current?.querySelector<HTMLElement>('input, textarea')?.focus()
    hasMoved.current = false
  }, [page.page])

  // A field that is being written in is sent when it is left.
  useEffect(() => {
    const changed = (event: Event) => {
      const name = (event.target as HTMLElement).dataset.question
      if (name !== undefined) void answer(name)
    }
    const here = form.current
    here?.addEventListener('change', changed)
    return () => here?.removeEventListener('change', changed)
  })

  const answer = async (name: string) => {
    const question = page.questions.find((known) => known.name === name)
    if (question === undefined || form.current === null || !isOpen(page)) return
    const d = { fence: page.fence, question: name, answer: answerOf(question, form.current) }
    const sent = ask({ t: 'cmd.script.answer', call: page.call, d })
    pending.current.set(name, sent)
    const refused = await sent
    pending.current.delete(name)
    setSaid(refused === null ? '' : problem(refused))
    setWrong((known) => ({ ...known, [name]: refused === null ? '' : problem(refused) }))
  }

  const move = async (what: Move) => {
    const active = document.activeElement
    if (active instanceof HTMLElement && form.current?.contains(active) && isLine(active)) active.blur()
    await Promise.all(pending.current.values())
    const now = pageOf(current())
    if (now === null || !isOpen(now)) return
    hasMoved.current = true
    const refused = await ask({ t: 'cmd.script.move', call: now.call, d: { fence: now.fence, do: what } })
    setSaid(refused === null ? '' : problem(refused))
    if (refused === null) return
    hasMoved.current = false
    if (refused.code !== 'incomplete') return
    const missing = pageOf(current())?.questions.find(({ required, given }) => required && !given)
    if (missing === undefined) return
    const fields = form.current?.querySelectorAll<HTMLElement>('[data-question]') ?? []
    ;[...fields].find((field) => field.dataset.question === missing.name)?.focus()
  }

  const object = async (objection: string) => {
    if (!isOpen(page)) return
    const d = { fence: page.fence, objection }
    const refused = await ask({ t: 'cmd.script.objection', call: page.call, d })
    setSaid(refused === null ? '' : problem(refused))
  }
  const hint = async (name: string, go: boolean) => {
    if (!isOpen(page)) return
    hasMoved.current = go
    const d = { fence: page.fence, hint: name, go }
    const refused = await ask({ t: 'cmd.script.hint', call: page.call, d })
    setSaid(refused === null ? '' : problem(refused))
  }
  const act = async ({ name, does, to }: ScriptAction) => {
    if (!isOpen(page)) return
    const refused = await ask({ t: 'cmd.script.act', call: page.call, d: { fence: page.fence, action: name } })
    setSaid(refused === null ? '' : problem(refused))
    if (refused !== null) return
    if (does === 'callback') ACTS.callback.go()
    if (does === 'transfer') void wish({ t: 'cmd.transfer', call: page.call, d: { to: to ?? '' } })
  }
  return { said, wrong, form, move, object, hint, act }
}

function Page({ page }: { page: ScriptPage }) {
  const { t } = useWords()
  const { said, wrong, form, move, object, hint, act } = usePage(page)
  const open = page.open ?? null
  const isShut = !isOpen(page)
  return (
    <form
      id="script-form"
      ref={form}
      className="script-form"
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void move('next')
      }}
      onKeyDown={(event) => {
        const target = event.target as HTMLElement
        if (event.key !== 'Enter' || target.matches('textarea, button')) return
        event.preventDefault()
        void move('next')
      }}
    >
      {/* Told to who does not look at the screen as well, and never in the way of the page. */}
      <div id="script-hints" role="status">
        {(page.hints ?? []).map(({ name, say, leads_on }) => (
          <div key={name} className="script-hint" data-hint={name}>
            <Spans parts={say ?? []} />
            {leads_on && (
              <Button variant="plain" size="sm" disabled={isShut} onClick={() => void hint(name, true)}>
                {t('script.take')}
              </Button>
            )}
            <Button variant="plain" size="sm" disabled={isShut} onClick={() => void hint(name, false)}>
              {t('script.seen')}
            </Button>
          </div>
        ))}
      </div>
      <div id="script-body" key={page.page}>
        <Spans parts={page.say} />
        {(page.confirm ?? []).length > 0 && <Disclosure page={page} move={move} />}
        {page.questions.map((question) => (
          <Question key={question.name} question={question} wrong={wrong[question.name] ?? ''} isShut={isShut} />
        ))}
        {open !== null && (
          <div className="script-objection">
            <h4>{open.title}</h4>
            <Spans parts={open.say ?? []} />
            {open.leads_on && (
              <Button id="script-take" variant="plain" size="sm" disabled={isShut} onClick={() => void move('take')}>
                {t('script.take')}
              </Button>
            )}
            <Button id="script-close" variant="plain" size="sm" disabled={isShut} onClick={() => void move('close')}>
              {t('script.close')}
            </Button>
          </div>
        )}
        <Actions page={page} act={act} />
        {page.secure && <p className="script-secure soft">{t('script.secure')}</p>}
      </div>
      <Ways page={page} move={move} said={said} />
      {page.objections.length > 0 && (
        <div id="script-objections" className="script-objections" role="group" aria-label={t('script.objections')}>
          <span className="soft" aria-hidden>
            {t('script.if')}
          </span>
          {page.objections.map(({ name, title }) => (
            <Button
              key={name}
              variant="plain"
              size="sm"
              disabled={isShut}
              aria-pressed={open?.name === name}
              onClick={() => void object(name)}
            >
              {title}
            </Button>
          ))}
        </div>
      )}
    </form>
  )
}

/** Buttons of the page. What they do is asked for as with the desk's own, and may be refused like it. */
function Actions({ page, act }: { page: ScriptPage; act: (action: ScriptAction) => Promise<void> }) {
  const actions = page.actions ?? []
  if (actions.length === 0) return null
  const isShut = !isOpen(page)
  return (
    <div className="script-actions">
      {actions.map((action) =>
        action.does === 'open' ? (
          <Button
            key={action.name}
            component="a"
            href={action.to}
            target="_blank"
            rel="noopener noreferrer"
            variant="plain"
            size="sm"
            data-action={action.name}
            onClick={() => void act(action)}
          >
            {action.title} ↗
          </Button>
        ) : (
          <Button
            key={action.name}
            variant="plain"
            size="sm"
            disabled={isShut}
            data-action={action.name}
            onClick={() => void act(action)}
          >
            {action.title}
          </Button>
        ),
      )}
    </div>
  )
}

type MoveTo = (what: Move) => Promise<void>

/** The ways on from a page. */
function Ways({ page, move, said }: { page: ScriptPage; move: MoveTo; said: string }) {
  const { t } = useWords()
  const isShut = !isOpen(page)
  return (
    <div className="script-ways">
      <Button
        id="script-back"
        variant="plain"
        size="sm"
        disabled={isShut || !page.can_go_back}
        onClick={() => void move('back')}
      >
        <kbd aria-hidden>←</kbd> {t('script.back')}
      </Button>
      {!page.offer && !page.end && (
        <Button id="script-next" variant="primary" disabled={isShut} onClick={() => void move('next')}>
          <kbd aria-hidden>→</kbd> {t('script.next')}
        </Button>
      )}
      {page.offer && (
        <>
          <Button id="script-yes" variant="primary" disabled={isShut} onClick={() => void move('accepted')}>
            {t('script.takes')}
          </Button>
          <Button id="script-no" variant="plain" disabled={isShut} onClick={() => void move('declined')}>
            {t('script.not')}
          </Button>
        </>
      )}
      <span id="script-say" className="say" role="alert">
        {said}
      </span>
    </div>
  )
}

/** Words that have to be said, and the button that they were: not before they can have been. */
function Disclosure({ page, move }: { page: ScriptPage; move: MoveTo }) {
  const { t } = useWords()
  const isEarly = useNow() < (page.confirm_from ?? 0)
  const isSaid = page.confirmed ?? false
  const key = useKeyOf('said').toUpperCase()
  return (
    <div className="script-disclosure" data-tone={isSaid ? 'good' : 'warn'}>
      <Spans parts={page.confirm ?? []} />
      <Button
        id="script-confirm"
        variant="plain"
        size="sm"
        aria-pressed={isSaid}
        disabled={!isOpen(page) || isSaid || isEarly}
        onClick={() => void move('confirm')}
      >
        <kbd aria-hidden>{key}</kbd> {t(isSaid ? 'script.confirmed' : 'script.confirm')}
      </Button>
    </div>
  )
}
