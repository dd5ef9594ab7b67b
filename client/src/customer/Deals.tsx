import type { Deal, Known } from './api'
import { Part } from './Card'
import { useWords } from './words'

/** What they want, have and owe. */
export function Deals({ deals }: { deals: Known['deals'] }) {
  const { t, money, date } = useWords()
  if (deals === undefined) {
    return (
      <Part heading="h2" title={t('deals')}>
        <p className="quiet">{t('late')}</p>
      </Part>
    )
  }
  return (
    <>
      <Part heading="h2" title={t('deals')}>
        {deals.pipeline.map((sum) => (
          <p key={sum.currency} className="quiet">
            {t('deals.pipeline', {
              whole: money(sum.cents, sum.currency),
              weighted: money(sum.weighted, sum.currency),
            })}
          </p>
        ))}
        <Rows rows={deals.opportunities} more={(one) => [
          t('deals.chance', { percent: one.probability ?? 0 }),
          t('deals.days', { days: one.days_in_stage ?? 0 }),
          one.close_on ? t('deals.close', { day: date(one.close_on) }) : '',
        ]} />
      </Part>
      <Part heading="h2" title={t('quotes')}>
        <Rows rows={deals.quotes} more={(one) => [one.expires_on ? t('quotes.until', { day: date(one.expires_on) }) : '']} />
      </Part>
      <Part heading="h2" title={t('orders')}>
        <Rows rows={deals.orders} />
      </Part>
      <Part heading="h2" title={t('invoices')}>
        <Rows rows={deals.invoices} more={(one) => [one.due_on ? t('invoices.due', { day: date(one.due_on) }) : '']} />
      </Part>
      <Part heading="h2" title={t('products')}>
        <Rows rows={deals.products} more={(one) => [one.renews_on ? t('products.renews', { day: date(one.renews_on) }) : '']} />
      </Part>
    </>
  )
}

const TONES: Record<string, string> = {
  overdue: 'bad', lost: 'bad', written_off: 'bad', declined: 'bad',
  returned: 'warn', expired: 'warn', open: 'warn', suspended: 'warn',
  won: 'good', paid: 'good', delivered: 'good', accepted: 'good', active: 'good',
}

function Rows({ rows, more }: { rows: Deal[]; more?: (one: Deal) => string[] }) {
  const { t, code, money, day } = useWords()
  if (rows.length === 0) return <p className="quiet">{t('none')}</p>
  return (
    <ul className="lines">
      {rows.map((one) => {
        const state = one.stage ?? one.state ?? ''
        const lines = one.lines ?? []
        const sum = one.cents !== undefined ? one.cents : total(lines)
        return (
          <li key={one.record}>
            <span>
              <span className="chip" data-tone={TONES[state] ?? 'info'}>
                {code('state', state)}
              </span>{' '}
              {one.title ?? one.record}{' '}
              <small>
                {[
                  lines.map((line) => `${line.count} × ${line.title}`).join(', '),
                  one.at !== undefined ? day(one.at) : '',
                  ...(more?.(one) ?? []),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </span>
            <span className="sum">{money(sum, one.currency)}</span>
          </li>
        )
      })}
    </ul>
  )
}

function total(lines: NonNullable<Deal['lines']>): number | null {
  let sum = 0
  for (const line of lines) {
    if (line.cents === null) return null
    sum += line.count * line.cents
  }
  return sum
}
