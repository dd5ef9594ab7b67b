import type { HistoryRow } from '../generated/desk'
import { lasting } from '../kit/lasting'
import { useWords } from '../words/desk'
import { customerOf } from './caller'
import { readable, when } from './format'
import type { Call } from './model'
import { link } from './store'

/** What was before: the note about the customer, and earlier contacts. */
export function History({ call }: { call: Call }) {
  const { t } = useWords()
  const rows = call.more?.history
  const note = customerOf(call)?.note
  return (
    <section className="card history-card" aria-labelledby="history-title">
      <h3 id="history-title">{t('history')}</h3>
      {note && (
        <p id="customer-note" className="note" data-tone="warn">
          {note}
        </p>
      )}
      <ol id="history" className="history">
        {rows === undefined && <li className="soft loading">{t('history.loading')}</li>}
        {rows?.length === 0 && <li className="soft">{t('history.first')}</li>}
        {rows?.map((row) => (
          <Earlier key={`${row.call}/${row.at}`} row={row} />
        ))}
      </ol>
    </section>
  )
}

function Earlier({ row }: { row: HistoryRow }) {
  const words = useWords()
  const talked = row.talk_s ? words.t('history.talked', { time: lasting(row.talk_s * 1000) }) : ''
  return (
    <li className="history-row">
      <div className="history-top">
        <strong>{readable(row.disposition || row.outcome)}</strong>
        <time className="soft" dateTime={new Date(row.at).toISOString()}>
          {when(row.at, link.now(), words)}
        </time>
      </div>
      {row.notes !== '' && <p className="history-notes">{row.notes}</p>}
      <p className="soft">{[row.queue, row.agent, talked].filter(Boolean).join(' · ')}</p>
    </li>
  )
}
