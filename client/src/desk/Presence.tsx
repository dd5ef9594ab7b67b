import { type FormEvent, useState } from 'react'

import { Button, TextInput, UnstyledButton } from '@mantine/core'

import type { AgentState } from '../generated/desk'
import { type Key, useWords, type Words } from '../words/desk'
import { choosePause } from './acts'
import { Since } from './clock'
import { Do } from './Do'
import { type Model, previewOf } from './model'
import { useDesk, useModel, wish } from './store'

const presenceWord = (presence: AgentState['presence'], { t }: Words): string => t(`presence.${presence}`)

const reasonLabel = ({ pauseReasons }: Model, code: string, { maybe }: Words): string =>
  pauseReasons.find((known) => known.code === code)?.label ?? maybe(`reason.${code}`, code)

/** What somebody who does several things at once is at: "2 chats, 1 call · 75 % taken". */
function severalOf({ jobs = [], load = 0 }: AgentState, { t, many }: Words): string {
  if (jobs.length < 2) return ''
  const counts = new Map<string, number>()
  for (const { channel } of jobs) counts.set(channel, (counts.get(channel) ?? 0) + 1)
  const each = [...counts].map(([channel, count]) => many(`channel.${channel}`, count))
  return t('presence.taken', { each: each.join(', '), load })
}

function detailOf(model: Model, words: Words): string {
  const { t } = words
  const { state } = model
  const { presence, reason, work, next_presence: next } = state
  if (state.outside) return t('presence.outside')
  const several = severalOf(state, words)
  if (several !== '') return several
  if (work !== 'idle') {
    return next ? '' : t('presence.afterwards', { presence: presenceWord(presence, words) })
  }
  if (presence === 'paused') return reason === '' ? '' : reasonLabel(model, reason, words)
  return t(presence === 'ready' ? 'presence.calls_come' : 'presence.no_calls')
}

function nextOf(model: Model, words: Words): string {
  const { next_presence: next, next_reason: why } = model.state
  if (!next) return ''
  const named = presenceWord(next, words).toLowerCase()
  const because = why ? `, ${reasonLabel(model, why, words).toLowerCase()}` : ''
  return words.t('presence.next', { presence: named + because })
}

/** Both axes of state: what the agent chose, and what they are at. */
export function Presence() {
  const model = useModel()
  const words = useWords()
  const { t } = words
  const areOpen = useDesk((s) => s.areReasonsOpen)
  const { presence, work, since, next_presence: planned } = model.state
  const isBusy = work !== 'idle'
  const word: Key = isBusy ? (previewOf(model) !== null ? 'presence.preview' : `work.${work}`) : `presence.${presence}`
  const next = nextOf(model, words)
  return (
    <section className="card presence" id="presence" data-look={isBusy ? work : presence}>
      <div className="presence-top">
        <span className="lamp" aria-hidden />
        <div>
          <h2 id="presence-word">{t(word)}</h2>
          <p id="presence-detail" className="soft">
            {detailOf(model, words)}
          </p>
        </div>
        <span id="presence-timer" className="timer" role="timer">
          <Since since={since} />
        </span>
      </div>
      {next !== '' && (
        <p id="presence-next" className="next" data-tone="warn">
          {next}
        </p>
      )}
      <div className="pair">
        <Do act="ready" look="go" disabled={presence === 'ready' && !planned && work !== 'wrap_up'}>
          {t('ready')}
        </Do>
        <Do act="pause" expanded={areOpen} controls="reasons">
          {t('pause')}
        </Do>
      </div>
      <Hand />
      {areOpen && (
        <div id="reasons" className="reasons" role="group" aria-label={t('pause.reason')}>
          {model.pauseReasons.map(({ code, label }, index) => (
            <UnstyledButton key={code} className="choice" data-code={code} onClick={() => choosePause(code)}>
              {index < 9 && <kbd aria-hidden>{index + 1}</kbd>}
              <span>{label}</span>
            </UnstyledButton>
          ))}
        </div>
      )}
    </section>
  )
}

/** A hand to raise: supervisors see it, with what it is about. */
function Hand() {
  const { state } = useModel()
  const { t } = useWords()
  const [note, setNote] = useState('')
  const isAsked = Boolean(state.help_since)
  const say = (event: FormEvent) => {
    event.preventDefault()
    void wish({ t: 'cmd.help', d: { on: true, note: note.trim() } })
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  }
  return (
    <>
      <Do act="hand" size="sm" pressed={isAsked}>
        <span id="hand-word">{t(isAsked ? 'hand.asked' : 'hand')}</span>
      </Do>
      {isAsked && (
        <form id="hand-about" className="line" onSubmit={say}>
          <label htmlFor="hand-note">{t('hand.about')}</label>
          <TextInput
            id="hand-note"
            className="long"
            maxLength={200}
            autoComplete="off"
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Button type="submit" variant="plain" size="sm">
            {t('hand.say')}
          </Button>
        </form>
      )}
    </>
  )
}
