import './customer.css'

import type { ReactNode } from 'react'

import { customers } from './api'
import { Cases } from './Cases'
import { useKnown } from './known'
import { Consent, Identity, Offers, Pinned, Tasks, Worth } from './Parts'
import { useWords } from './words'

/** What is known of the customer beside a call, in as little room as it takes. */
export function CustomerCard({ customer, call }: { customer: string; call: string }) {
  const asked = useKnown(customer, call, customers.card)
  const { t, code, problem } = useWords()
  const { known } = asked
  // Who is in no database of ours has no card.
  if (asked.problem?.status === 404) return null
  return (
    <section className="card customer-card" id="customer-card" aria-labelledby="customer-card-title">
      <div className="customer-top">
        <h3 id="customer-card-title">{t('card')}</h3>
        <a
          className="customer-link"
          id="customer-page"
          href={`/customer#${encodeURIComponent(customer)}/${encodeURIComponent(call)}`}
          target="customer"
        >
          {t('page.open')}
        </a>
      </div>
      {asked.problem !== null && (
        <p className="note" data-tone="bad" role="alert">
          {problem(asked.problem)}
        </p>
      )}
      {known === null ? (
        asked.problem === null && <p className="quiet">{t('loading')}</p>
      ) : (
        <>
          <p className="chips">
            {known.consent?.do_not_call && (
              <span className="chip" data-tone="bad" id="do-not-call">
                {t('consent.barred')}
              </span>
            )}
            {known.person.organisation !== null && (
              <span className="chip" data-tone="calm">
                {[known.person.role, known.person.organisation.name].filter(Boolean).join(', ')}
              </span>
            )}
            {known.deals?.products
              .filter((one) => one.state === 'active')
              .map((one) => (
                <span key={one.record} className="chip" data-tone="info">
                  {one.title}
                </span>
              ))}
            {known.deals?.invoices.some((one) => one.state === 'overdue') && (
              <span className="chip" data-tone="warn">
                {code('state', 'overdue')}
              </span>
            )}
          </p>
          <Identity known={known} asked={asked} call={call} />
          <Pinned known={known} asked={asked} call={call} />
          <div className="customer-parts">
            <Part title={t('cases')} wide>
              <Cases known={known} asked={asked} call={call} only="open" />
            </Part>
            <Part title={t('offers')}>
              <Offers known={known} asked={asked} call={call} />
            </Part>
            <Part title={t('value')}>
              <Worth value={known.value} />
            </Part>
            <Part title={t('tasks')}>
              <Tasks known={known} asked={asked} call={call} />
            </Part>
            {known.consent !== undefined && known.consent.consents.length > 0 && (
              <Part title={t('consent')}>
                <Consent known={known} />
              </Part>
            )}
          </div>
        </>
      )}
    </section>
  )
}

interface PartProps {
  title: string
  children: ReactNode
  wide?: boolean
  /** On the page parts are under its name, on the card under that of the card. */
  heading?: 'h2' | 'h4'
}

export function Part({ title, children, wide, heading: Heading = 'h4' }: PartProps) {
  return (
    <div className="customer-part" data-wide={wide}>
      <Heading className="part-title">{title}</Heading>
      {children}
    </div>
  )
}
