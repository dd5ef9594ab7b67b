import './campaigns.css'

import { Alert, Loader } from '@mantine/core'

import type { CampaignRow } from '../generated/console'
import { usePolled } from '../kit/polling'
import { go, useRoute } from '../route'
import { useWords } from '../words/words'
import { dialer, nearest } from './api'
import { Detail } from './Detail'
import { Emergency } from './Emergency'
import { CampaignState, useFigures } from './states'

/** The dialer's campaigns: all of them in a line each, and one of them whole. */
export default function Campaigns() {
  const { t, problem } = useWords()
  const [, chosen = ''] = useRoute()
  const { found, wrong, again } = usePolled(dialer.all, 2_000)
  const isNone = wrong?.status === 404
  const rows = found?.campaigns ?? []
  const row = rows.find((one) => one.campaign === chosen) ?? rows[0]
  return (
    <div className="campaigns">
      <Emergency dials={!isNone} changed={again} />
      {wrong !== null && !isNone && (
        <Alert className="alert" data-tone="bad" role="alert">
          {problem(wrong)}
        </Alert>
      )}
      {isNone || (found !== null && rows.length === 0) ? (
        <p className="empty">{t('campaigns.none')}</p>
      ) : found === null ? (
        <Loader aria-label={t('connecting')} />
      ) : (
        <>
          <Table rows={rows} chosen={row?.campaign ?? ''} />
          {row !== undefined && <Detail key={row.campaign} row={row} changed={again} />}
        </>
      )}
    </div>
  )
}

function Table({ rows, chosen }: { rows: CampaignRow[]; chosen: string }) {
  const { t, maybe } = useWords()
  const { percent, number } = useFigures()
  return (
    <section className="panel" aria-labelledby="campaigns-title">
      <h2 id="campaigns-title" className="unseen">
        {t('campaigns.list')}
      </h2>
      <div className="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('campaigns.name')}</th>
              <th scope="col">{t('campaigns.state')}</th>
              <th scope="col">{t('campaigns.mode')}</th>
              <th scope="col">{t('campaigns.agents')}</th>
              <th scope="col">{t('campaigns.rings')}</th>
              <th scope="col">{t('campaigns.talking')}</th>
              <th scope="col">{t('campaigns.dialled')}</th>
              <th scope="col">{t('campaigns.abandoned')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const worst = nearest(row)
              return (
                <tr
                  key={row.campaign}
                  data-row={row.campaign}
                  aria-current={row.campaign === chosen ? 'true' : undefined}
                >
                  <th scope="row" className="name">
                    <a
                      href={`#campaigns/${encodeURIComponent(row.campaign)}`}
                      onClick={(event) => {
                        event.preventDefault()
                        go('campaigns', row.campaign)
                      }}
                    >
                      {row.label}
                    </a>
                  </th>
                  <td>
                    <CampaignState state={row.state} />
                  </td>
                  <td>{maybe(`campaigns.mode.${row.mode}`, row.mode)}</td>
                  <td>
                    {t('campaigns.of', { some: row.now?.idle ?? 0, all: row.now?.agents ?? 0 })}
                  </td>
                  <td>{number(row.now?.ringing ?? 0)}</td>
                  <td>{number(row.talking)}</td>
                  <td>{number(row.dialled)}</td>
                  <td data-over={worst.part > 1}>
                    {t('campaigns.of', {
                      some: percent(worst.share),
                      all: percent(row.limit),
                    })}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
