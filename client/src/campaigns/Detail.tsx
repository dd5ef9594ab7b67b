import { useState } from 'react'

import { Alert, Button, List } from '@mantine/core'

import type { CampaignRow } from '../generated/console'
import { useAct } from '../kit/acting'
import { usePolled } from '../kit/polling'
import { useWords } from '../words/words'
import { dialer } from './api'
import { Lists } from './Lists'
import { PacingForm } from './PacingForm'
import { Reason } from './Reason'
import { CampaignState, useFigures } from './states'

/** One campaign: what can be done with it, how it stands, why it dials so many. */
export function Detail({ row, changed }: { row: CampaignRow; changed: () => void }) {
  return (
    <div className="campaign" data-campaign={row.campaign}>
      <Head row={row} changed={changed} />
      <div className="halves">
        <div>
          <Numbers row={row} />
          <Windows row={row} />
          <WhySoMany name={row.campaign} />
        </div>
        <PacingForm key={row.campaign} row={row} changed={changed} />
      </div>
      <Lists key={`lists of ${row.campaign}`} row={row} changed={changed} />
    </div>
  )
}

function Head({ row, changed }: { row: CampaignRow; changed: () => void }) {
  const { t, maybe } = useWords()
  const { time } = useFigures()
  const act = useAct()
  const [move, setMove] = useState('')
  const word = (name: string) => maybe(`campaigns.move.${name}`, name)
  return (
    <>
      <div className="campaign-head">
        <h2>{row.label}</h2>
        <CampaignState state={row.state} />
        <span className="spring" />
        {row.moves.map((name) => (
          <Button
            key={name}
            size="xs"
            data-move={name}
            variant={name === 'stop' ? 'filled' : 'default'}
            {...(name === 'stop' ? { className: 'danger' } : {})}
            onClick={() => setMove(name)}
          >
            {word(name)}
          </Button>
        ))}
      </div>
      {row.watch !== null && (
        <Alert className="alert watched" data-tone="info" role="status">
          {t('campaigns.watched', { by: row.watch.by, time: time(row.watch.until) })}
        </Alert>
      )}
      {row.returned !== null && (
        <Alert className="alert returned" data-tone="warn" role="status">
          {t('campaigns.returned', {
            by: row.returned.by,
            time: time(row.returned.at),
            why: row.returned.why,
          })}
        </Alert>
      )}
      {move !== '' && (
        <Reason
          title={t('campaigns.move.title', { move: word(move), name: row.label })}
          says={maybe(`campaigns.says.${move}`, '')}
          yes={word(move)}
          hurts={move === 'stop'}
          close={() => setMove('')}
          act={(why) => act(word(move), dialer.move(row.campaign, move, why).finally(changed))}
        />
      )}
    </>
  )
}

function Numbers({ row }: { row: CampaignRow }) {
  const { t } = useWords()
  const { number } = useFigures()
  const { now } = row
  const agents = t('campaigns.of', { some: now?.idle ?? 0, all: now?.agents ?? 0 })
  const facts: ReadonlyArray<[string, string]> = [
    [t('campaigns.idle'), agents],
    [t('campaigns.next'), number(now?.dial ?? 0)],
    [t('campaigns.rings'), number(now?.ringing ?? 0)],
    [t('campaigns.waiting'), number(now?.waiting ?? 0)],
    [t('campaigns.talking'), number(row.talking)],
    [t('campaigns.open'), number(row.open)],
    [t('campaigns.at_hand'), number(now?.buffered ?? 0)],
    [t('campaigns.dialled'), number(row.dialled)],
    [t('campaigns.successes'), number(row.successes)],
  ]
  return (
    <section className="panel" aria-labelledby="now-title">
      <div className="panel-head">
        <h2 id="now-title">{t('campaigns.now')}</h2>
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Windows({ row }: { row: CampaignRow }) {
  const { t } = useWords()
  const { percent, number } = useFigures()
  return (
    <section className="panel" aria-labelledby="ledger-title">
      <div className="panel-head">
        <h2 id="ledger-title">{t('campaigns.ledger')}</h2>
      </div>
      {row.ledger.length === 0 && <p className="empty">{t('campaigns.ledger.none')}</p>}
      <ul className="windows">
        {row.ledger.map((w) => (
          <li key={w.policy} data-over={w.share > w.cap}>
            <span>
              {t('campaigns.ledger.row', {
                policy: w.policy,
                abandoned: number(w.abandoned),
                live: number(w.live),
                share: percent(w.share),
                cap: percent(w.cap),
              })}
            </span>
            <span className="bar" aria-hidden>
              <span className="fill" style={{ width: `${Math.min(100, (w.share / w.cap) * 75)}%` }} />
              <span className="limit" />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function WhySoMany({ name }: { name: string }) {
  const { t } = useWords()
  const { found } = usePolled(() => dialer.why(name), 3_000)
  return (
    <section className="panel" aria-labelledby="why-title">
      <div className="panel-head">
        <h2 id="why-title">{t('campaigns.why')}</h2>
      </div>
      <List size="sm" className="whys" lang="en">
        {(found?.campaign === name ? found.words : []).map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </section>
  )
}
