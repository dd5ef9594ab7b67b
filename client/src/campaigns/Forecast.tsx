import { List } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'

import type { CampaignForecast, ForecastPair, Spread } from '../generated/console'
import { Status } from '../kit/Status'
import { useWords } from '../words/words'
import { useFigures } from './states'

const MEASURES = [
  'utilisation',
  'idle_s',
  'wait_s',
  'abandonment',
  'ledger',
  'dials_per_min',
  'connected',
] as const

type Measure = (typeof MEASURES)[number]

/** What the next minutes bring, as it is and with the change, side by side. */
export function Forecast({ pair }: { pair: ForecastPair }) {
  const { t } = useWords()
  const { percent } = useFigures()
  const { now, then, limit } = pair
  const mayPass = then.abandonment.high > limit || then.ledger.high > limit
  return (
    <div className="forecast">
      <table>
        <caption>{t('campaigns.forecast', { minutes: then.minutes, runs: then.runs })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('campaigns.measure')}</th>
            <th scope="col">{t('campaigns.as_it_is')}</th>
            <th scope="col">{t('campaigns.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {MEASURES.map((measure) => (
            <tr key={measure} data-measure={measure}>
              <th scope="row">{t(`campaigns.m.${measure}`)}</th>
              <Cell measure={measure} found={now} limit={limit} />
              <Cell measure={measure} found={then} limit={limit} />
            </tr>
          ))}
        </tbody>
      </table>
      {mayPass && (
        <p>
          <Status
            tone="bad"
            word={t('campaigns.over', { limit: percent(limit) })}
            sign={IconAlertTriangle}
          />
        </p>
      )}
      <List size="sm" className="assumes">
        <List.Item>{t('campaigns.assumes')}</List.Item>
        {then.agents === 0 && <List.Item>{t('campaigns.nobody')}</List.Item>}
        {then.cold && (
          <List.Item>
            {then.prior === null
              ? t('campaigns.few', { samples: then.samples })
              : t('campaigns.cold', { samples: then.samples, rate: percent(then.prior) })}
          </List.Item>
        )}
        {pair.sharing.length > 0 && (
          <List.Item>{t('campaigns.sharing', { names: pair.sharing.join(', ') })}</List.Item>
        )}
      </List>
    </div>
  )
}

function Cell(props: { measure: Measure; found: CampaignForecast | null; limit: number }) {
  const { measure, found, limit } = props
  const { t } = useWords()
  const { percent, number } = useFigures()
  if (found === null) return <td>–</td>
  const spread: Spread = found[measure]
  const isShare = measure === 'utilisation' || measure === 'abandonment' || measure === 'ledger'
  const write = (value: number) => {
    if (isShare) return percent(value, measure === 'utilisation' ? 0 : 1)
    if (measure === 'idle_s') return t('seconds', { n: number(value, 0) })
    if (measure === 'wait_s') return t('seconds', { n: number(value, 1) })
    return number(value, 0)
  }
  const isOver = (measure === 'abandonment' || measure === 'ledger') && spread.middle > limit
  return (
    <td data-over={isOver}>
      <b>{write(spread.middle)}</b>
      <small>{t('campaigns.band', { low: write(spread.low), high: write(spread.high) })}</small>
    </td>
  )
}
