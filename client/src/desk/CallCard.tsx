import type { ReactNode } from 'react'

import { lasting } from '../kit/lasting'
import { CustomerCard } from '../customer/Card'
import { useWords } from '../words/desk'
import { Banners } from './Banners'
import { callerName, customerOf, customersOf } from './caller'
import { useNow } from './clock'
import { Do } from './Do'
import { hue, initials, phone } from './format'
import { History } from './History'
import { type Call, type Mode, type Model, previewOf } from './model'
import { ScriptCard } from './Script'
import { useDesk, useModel } from './store'
import { Talk } from './Talk'
import { Work } from './Work'

/** The call in hand: who and why, what can be done, what to say, what was, what comes of it. */
export function CallCard({ mode }: { mode: Mode }) {
  const model = useModel()
  const { call } = model
  if (call === null) return null
  const isRinging = mode === 'ring'
  return (
    <article id="call" className="call">
      <Head model={model} call={call} mode={mode} />
      <Actions model={model} mode={mode} />
      <Talk />
      <Banners />
      <div className="panes">
        <div className="pane-left">
          <Lead model={model} call={call} />
          <Choose call={call} />
          <ScriptCard />
          <Known call={call} />
          <History call={call} />
        </div>
        {!isRinging && (
          <div className="pane-right">
            <Work mode={mode} />
          </div>
        )}
      </div>
    </article>
  )
}

/** What is known of the one customer it is; who it may be has no card yet. */
function Known({ call }: { call: Call }) {
  const isLook = previewOf(useModel()) !== null
  const single = customerOf(call)
  if (single === null || isLook) return null
  return <CustomerCard key={single.customer} customer={single.customer} call={call.call} />
}

function Head({ model, call, mode }: { model: Model; call: Call; mode: Mode }) {
  const words = useWords()
  const { t } = words
  const preview = previewOf(model)
  const pop = call.pop ?? null
  const single = customerOf(call)
  const named = preview?.name || single?.name || ''
  const many = customersOf(call).length > 1
  const number = preview?.number ?? pop?.ani ?? ''
  const tint = preview?.number ?? single?.customer ?? pop?.ani ?? ''
  return (
    <div className="call-head" id="call-head" aria-live="assertive">
      <span id="avatar" className="avatar" aria-hidden style={{ '--hue': String(hue(tint)) } as React.CSSProperties}>
        {named !== '' ? initials(named) : many ? '…' : '?'}
      </span>
      <div className="caller">
        <h2 id="caller-name">{callerName(model, words)}</h2>
        <p className="caller-line">
          <span id="caller-number" className="number">
            {phone(number, words)}
          </span>
          <Badge id="caller-tier" text={single?.tier} tier />
          <Badge id="caller-language" text={single?.language?.toUpperCase()} />
          <Badge
            id="caller-machine"
            text={pop?.maybe_machine ? t('caller.machine') : ''}
            title={t('caller.machine.title')}
          />
        </p>
        {single?.email && (
          <p id="caller-email" className="soft">
            {single.email}
          </p>
        )}
      </div>
      <Facts model={model} call={call} />
      <Clock model={model} call={call} mode={mode} />
    </div>
  )
}

function Badge(props: { id: string; text: string | undefined; title?: string; tier?: boolean }) {
  const { id, text, title, tier } = props
  if (!text) return null
  return (
    <span id={id} className="badge" title={title} data-tier={tier ? text.toLowerCase() : undefined}>
      {text}
    </span>
  )
}

function Facts({ model, call }: { model: Model; call: Call }) {
  const words = useWords()
  const { t } = words
  const preview = previewOf(model)
  const { pop } = call
  const label = model.queues.find((known) => known.queue === call.queue)?.label
  const queue = preview !== null ? (label ?? call.queue) : pop?.queue_label || call.queue
  return (
    <dl className="facts">
      <Fact id="call-reason" name={t('fact.why')}>
        {pop?.reason || preview?.campaign || '—'}
      </Fact>
      <Fact id="call-queue" name={t('fact.queue')}>
        {queue || '—'}
      </Fact>
      {/* Who is not called yet has not waited, and has dialled nobody. */}
      {preview === null && (
        <>
          <Fact id="call-waited" name={t('fact.waited')}>
            {pop ? lasting(pop.waited_ms) : '—'}
          </Fact>
          <Fact id="call-did" name={t('fact.dialled')}>
            {pop?.did ? phone(pop.did, words) : '—'}
          </Fact>
        </>
      )}
    </dl>
  )
}

function Fact({ id, name, children }: { id: string; name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd id={id}>{children}</dd>
    </div>
  )
}

/** What runs while the call is as it is; with a fuse when it runs out. */
function Clock({ model, call, mode }: { model: Model; call: Call; mode: Mode }) {
  const now = useNow()
  const { t } = useWords()
  const { state } = model
  const preview = previewOf(model)
  let word = mode === 'idle' ? '' : t(`clock.${mode}`)
  if (preview !== null) word = t(preview.dials ? 'clock.dials' : 'clock.left')
  let [from, to]: [number, number | null | undefined] = [state.since, null]
  if (mode === 'ring') [from, to] = [call.offered_at ?? state.since, call.expires_at]
  if (mode === 'wrap') to = state.wrap_up_until
  const isBurning = mode === 'ring' || mode === 'wrap'
  const left = to ? Math.max(0, to - now) : 0
  const since = mode === 'hold' && call.held_at ? call.held_at : (call.connected_at ?? state.since)
  const time = isBurning ? (to ? lasting(left + 999) : '') : lasting(now - since)
  return (
    <>
      <div className="clock" aria-live="off">
        <span id="clock-label" className="clock-label">
          {word}
        </span>
        <span id="clock" className="clock-time" role="timer">
          {time}
        </span>
      </div>
      {isBurning && to && (
        <progress
          id="fuse"
          className="fuse"
          aria-label={t('fuse')}
          max={1}
          value={to > from ? left / (to - from) : 0}
          data-level={left < 6_000 ? 'late' : 'fine'}
        />
      )}
    </>
  )
}

function Actions({ model, mode }: { model: Model; mode: Mode }) {
  const said = useDesk((s) => s.said)
  const { t } = useWords()
  const preview = previewOf(model)
  return (
    <div className="actions" id="actions">
      <Do act="accept" look="go" size="lg">
        <span id="accept-word">{t(preview === null ? 'accept' : 'accept.call')}</span>
      </Do>
      <Do act="decline" size="lg">
        <span id="decline-word">{t(preview === null ? 'decline' : 'decline.skip')}</span>
      </Do>
      {preview !== null && preview.reasons.length > 0 && <SkipReason reasons={preview.reasons} />}
      <Do act="hold" size="lg" pressed={mode === 'hold'}>
        <span id="hold-word">{t(mode === 'hold' ? 'hold.back' : 'hold')}</span>
      </Do>
      <Do act="hangup" look="hurts" size="lg">
        {t('hangup')}
      </Do>
      <Do act="done" look="primary" size="lg">
        {t('done')}
      </Do>
      <Do act="more" size="lg">
        {t('more')}
      </Do>
      <Do act="callback" size="lg">
        {t('callback')}
      </Do>
      <span id="say" className="say" role="alert">
        {said}
      </span>
    </div>
  )
}

function SkipReason({ reasons }: { reasons: string[] }) {
  const { t } = useWords()
  return (
    <label id="skip" className="skip">
      {t('skip.because')}{' '}
      <select id="skip-reason" className="field">
        {reasons.map((reason) => (
          <option key={reason} value={reason}>
            {reason.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </label>
  )
}

/** What a campaign knows of whom it calls. */
function Lead({ model, call }: { model: Model; call: Call }) {
  const { t } = useWords()
  const fields = previewOf(model)?.fields ?? call.more?.fields ?? []
  if (fields.length === 0) return null
  return (
    <section className="card" id="lead" aria-labelledby="lead-title">
      <h3 id="lead-title">{t('lead')}</h3>
      <dl id="lead-fields" className="lead-fields">
        {fields.map(({ name, value }) => (
          <div key={name}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Choose({ call }: { call: Call }) {
  const { t } = useWords()
  const known = customersOf(call)
  if (known.length < 2) return null
  return (
    <section className="card" id="choose">
      <h3>{t('choose')}</h3>
      <ul id="choose-list" className="choose">
        {known.map((customer) => (
          <li key={customer.customer}>
            <strong>{customer.name}</strong>
            <span className="soft">{[customer.tier, customer.email].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
