import { type FormEvent, useEffect, useState } from 'react'

import { Button } from '@mantine/core'

import { customers, type Known, type OfferAnswer, type Value, type Verify } from './api'
import type { Asked } from './known'
import { useWords } from './words'

export const WAYS: Verify['way'][] = ['birth_date', 'passphrase', 'order_number', 'address', 'document', 'voice']

export interface PartProps {
  known: Known
  asked: Asked
  call: string
}

/** Whether it is known who is on the line; until then what could be used to pretend is masked. */
export function Identity({ known, asked, call }: PartProps) {
  const { t, code } = useWords()
  const [way, setWay] = useState<Verify['way'] | ''>('')
  if (known.verified !== null) {
    return (
      <p className="identity" data-tone="good" id="identity">
        {t('identity.verified', { way: code('way', known.verified.way) })}
      </p>
    )
  }
  if (!known.masked) return null
  return (
    <div className="identity" data-tone="warn" id="identity">
      <span>{t('identity.masked')}</span>
      {known.can_verify && (
        <span className="row">
          <select
            className="field"
            id="identity-way"
            aria-label={t('identity.by')}
            value={way}
            onChange={(event) => setWay(WAYS.find((one) => one === event.currentTarget.value) ?? '')}
          >
            <option value="">{t('identity.by')}</option>
            {WAYS.map((one) => (
              <option key={one} value={one}>
                {code('way', one)}
              </option>
            ))}
          </select>
          <Button
            size="xs"
            id="identity-verify"
            disabled={way === ''}
            onClick={() => void (way !== '' && asked.act(() => customers.verify(known.customer, call, way)))}
          >
            {t('identity.verify')}
          </Button>
        </span>
      )}
    </div>
  )
}

/** The pinned note, which everybody reads before they speak; and what is to be minded. */
export function Pinned({ known, asked }: PartProps) {
  const { t } = useWords()
  const { pinned, care } = known.person
  const [text, setText] = useState<string | null>(null)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (await asked.act(() => customers.pin(known.customer, text ?? ''))) setText(null)
  }
  return (
    <div className="pinned">
      {care !== null && care !== '' && (
        <p className="note" data-tone="bad" id="care">
          <strong>{t('care')}</strong> {care}
        </p>
      )}
      {text === null ? (
        <div className="row">
          {pinned.text !== '' && (
            <p className="note" data-tone="warn" id="pinned">
              {pinned.text} <small>{pinned.by}</small>
            </p>
          )}
          <Button size="xs" variant="default" id="pin" onClick={() => setText(pinned.text)}>
            {t(pinned.text === '' ? 'pin' : 'pin.change')}
          </Button>
        </div>
      ) : (
        <form onSubmit={(event) => void save(event)} className="row">
          <textarea
            className="field wide"
            id="pin-text"
            aria-label={t('pinned')}
            rows={2}
            maxLength={2000}
            autoFocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button size="xs" type="submit">
            {t('save')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setText(null)}>
            {t('cancel')}
          </Button>
        </form>
      )}
    </div>
  )
}

/** What somebody is worth and whether they may leave: never a number alone. */
export function Worth({ value }: { value: Value | undefined }) {
  const { t, code, money, date } = useWords()
  if (value === undefined) return <p className="quiet">{t('late')}</p>
  const { rfm, lifetime_value: worth, churn_risk: risk } = value
  if (rfm === null && worth === null && risk === null) return <p className="quiet">{t('value.none')}</p>
  return (
    <dl className="worth">
      {rfm !== null && (
        <div>
          <dt>{t('value.segment')}</dt>
          <dd>
            {code('segment', rfm.segment)}{' '}
            <small>{t('value.rfm', { r: rfm.recency, f: rfm.frequency, m: rfm.money })}</small>
          </dd>
        </div>
      )}
      {worth !== null && (
        <div>
          <dt>{t('value.worth')}</dt>
          <dd>
            {money(worth.cents, worth.currency)}{' '}
            <small>
              {t('value.between', {
                low: money(worth.low_cents, worth.currency),
                high: money(worth.high_cents, worth.currency),
                model: worth.model,
                day: date(worth.model_on),
              })}
            </small>
          </dd>
        </div>
      )}
      {risk !== null && (
        <div>
          <dt>{t('value.risk')}</dt>
          <dd id="risk">
            <span className="chip" data-tone={risk.risk >= 0.5 ? 'bad' : risk.risk >= 0.25 ? 'warn' : 'good'}>
              {Math.round(risk.risk * 100)} %
            </span>{' '}
            {risk.reasons.join('; ')} <small>{t('value.model', { model: risk.model, day: date(risk.model_on) })}</small>
          </dd>
        </div>
      )}
    </dl>
  )
}

const areSingleKeysOn = (): boolean => localStorage.getItem('console.single-keys') !== 'off'

/** The next best offer, answered by button or by + and −; the rest with why not, on the page. */
export function Offers({ known, asked, call, all }: PartProps & { all?: boolean }) {
  const { t, code } = useWords()
  const offers = known.offers
  const best = offers?.find((one) => one.why_not === '')
  const answer = (offer: string, said: OfferAnswer['answer']) =>
    asked.act(() => customers.answer(known.customer, offer, said, call))
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : document.body
      const isTyping = target.matches('input, select, textarea')
      const said = event.key === '+' ? 'accepted' : event.key === '-' ? 'declined' : ''
      if (said === '' || best === undefined || isTyping || event.repeat || !areSingleKeysOn()) return
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('[role=dialog]') !== null) return
      event.preventDefault()
      void answer(best.offer, said)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  })
  if (offers === undefined) return <p className="quiet">{t('late')}</p>
  const shown = all ? offers : offers.filter((one) => one === best)
  if (shown.length === 0) return <p className="quiet">{t('offers.none')}</p>
  return (
    <ul className="offers">
      {shown.map((one) => (
        <li key={one.offer} data-offer={one.offer}>
          <strong>{one.title}</strong>
          {one.why_not === '' ? (
            <>
              <p>{one.say}</p>
              <div className="row">
                <Button size="xs" onClick={() => void answer(one.offer, 'accepted')}>
                  {t('offers.accept')} {one === best && <kbd>+</kbd>}
                </Button>
                <Button size="xs" variant="default" onClick={() => void answer(one.offer, 'declined')}>
                  {t('offers.decline')} {one === best && <kbd>−</kbd>}
                </Button>
              </div>
            </>
          ) : (
            <p className="quiet">
              {code('why_not', one.why_not)}
              {one.answered_by !== '' && ` (${one.answered_by})`}
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

/** What may be said to whom, and what bars; from the dialer's own books. */
export function Consent({ known }: { known: Known }) {
  const { t, code, day } = useWords()
  const told = known.consent
  if (told === undefined) return <p className="quiet">{t('late')}</p>
  return (
    <>
      {told.barred.map((one) => (
        <p key={`${one.value}/${one.scope}`} className="note" data-tone="bad">
          {t('consent.barred')} {one.scope !== 'global' && one.scope} <small>{[one.value, one.why, day(one.since)].filter(Boolean).join(' · ')}</small>
        </p>
      ))}
      {told.consents.length === 0 && told.barred.length === 0 && <p className="quiet">{t('consent.none')}</p>}
      <ul className="lines">
        {told.consents.map((one) => (
          <li key={`${one.number}/${one.type}/${one.seller}`}>
            <span className="chip" data-tone={one.stands ? 'good' : 'bad'}>
              {t(one.stands ? 'consent.yes' : 'consent.no')}
            </span>{' '}
            {code('consent', one.type)} <small>{[one.seller, one.channel, day(one.at)].filter(Boolean).join(' · ')}</small>
          </li>
        ))}
      </ul>
    </>
  )
}

/** What is to be done, and calls that were promised. */
export function Tasks({ known, asked }: PartProps) {
  const { t, day } = useWords()
  const told = known.tasks
  if (told === undefined) return <p className="quiet">{t('late')}</p>
  const todo = told.tasks.filter((one) => one.done_at === null)
  if (todo.length === 0 && told.promised.length === 0) return <p className="quiet">{t('tasks.none')}</p>
  return (
    <ul className="lines">
      {told.promised.map((one) => (
        <li key={one.at}>
          {t('tasks.promised', { day: day(one.at) })} <small>{[one.agent, one.note].filter(Boolean).join(' · ')}</small>
        </li>
      ))}
      {todo.map((one) => (
        <li key={one.record} data-task={one.record}>
          <span>
            {one.title}{' '}
            <small>{[one.agent, one.due_at !== null ? day(one.due_at) : ''].filter(Boolean).join(' · ')}</small>
          </span>
          <Button size="compact-xs" variant="default" onClick={() => void asked.act(() => customers.done(known.customer, one.record))}>
            {t('tasks.done')}
            <span className="unseen">: {one.title}</span>
          </Button>
        </li>
      ))}
    </ul>
  )
}
