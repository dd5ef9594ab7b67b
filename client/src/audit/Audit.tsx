import './audit.css'

import { type FormEvent, useCallback, useEffect, useState } from 'react'

import { Alert, Button, TextInput } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCircleCheck,
  IconLink,
  IconSearch,
} from '@tabler/icons-react'

import type { AuditEntries, AuditEntry, AuditVerdict } from '../generated/console'
import { Reason } from '../campaigns/Reason'
import { useAct } from '../kit/acting'
import { Status } from '../kit/Status'
import { ask, AT, RefusedError, server } from '../server'
import { useWords } from '../words/words'

const PAGE = 50
const NO_FILTER = { who: '', action: '', object: '' }

/** Who changed what, newest first. */
export default function Audit() {
  const { t, problem } = useWords()
  const [filter, setFilter] = useState(NO_FILTER)
  const [rows, setRows] = useState<AuditEntry[] | null>(null)
  // What the rows were asked with: the fields may say something else by now.
  const [more, setMore] = useState<typeof NO_FILTER | null>(null)
  const [wrong, setWrong] = useState('')
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null)
  const [back, setBack] = useState<AuditEntry | null>(null)
  const act = useAct()
  const told = useCallback(
    (error: unknown) =>
      setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', ''))),
    // Words in another language do not ask again.
    [], // eslint-disable-line
  )
  const find = useCallback(
    (wanted: typeof NO_FILTER, known: AuditEntry[]) => {
      const last = known[known.length - 1]
      const query = new URLSearchParams({ limit: String(PAGE) })
      for (const [name, value] of Object.entries(wanted)) {
        if (value.trim() !== '') query.set(name, value.trim())
      }
      if (last !== undefined) query.set('below', String(last.n))
      setWrong('')
      ask<AuditEntries>('GET', `${AT}/audit?${query.toString()}`).then(({ entries }) => {
        setRows([...known, ...entries])
        setMore(entries.length === PAGE ? wanted : null)
      }, told)
    },
    [told],
  )
  useEffect(() => find(NO_FILTER, []), [find])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    find(filter, [])
  }
  const verify = () => {
    setVerdict(null)
    ask<AuditVerdict>('GET', `${AT}/audit/verify`, undefined, {}, undefined, 70_000).then(setVerdict, told)
  }
  return (
    <section className="panel audit" aria-labelledby="audit-title">
      <form className="panel-head" onSubmit={submit}>
        <h2 id="audit-title">{t('audit.title')}</h2>
        <span className="filters">
          {(['who', 'action', 'object'] as const).map((name) => (
            <TextInput
              key={name}
              size="xs"
              id={`audit-${name}`}
              aria-label={t(`audit.by.${name}`)}
              placeholder={t(`audit.by.${name}`)}
              value={filter[name]}
              onChange={(event) => setFilter({ ...filter, [name]: event.currentTarget.value })}
            />
          ))}
          <Button size="xs" type="submit" leftSection={<IconSearch size={16} aria-hidden />}>
            {t('audit.find')}
          </Button>
          <Button
            size="xs"
            variant="default"
            id="audit-verify"
            leftSection={<IconLink size={16} aria-hidden />}
            onClick={verify}
          >
            {t('audit.verify')}
          </Button>
        </span>
      </form>
      <div role="status" className="verdict">
        {wrong !== '' && (
          <Alert className="alert" data-tone="bad">
            {wrong}
          </Alert>
        )}
        {verdict !== null && <Verdict found={verdict} />}
        {rows !== null && rows.length === 0 && <p className="empty">{t('audit.none')}</p>}
      </div>
      <Rows
        rows={rows ?? []}
        more={more === null ? null : () => find(more, rows ?? [])}
        takeBack={setBack}
      />
      {back !== null && (
        <Reason
          title={t('audit.undo_of', { n: back.n })}
          says={t('audit.undo_says', { what: `${back.action} ${back.object}` })}
          yes={t('audit.undo')}
          close={() => setBack(null)}
          act={(why) =>
            act(
              t('audit.undo_of', { n: back.n }),
              server.undo(back.n, why).finally(() => find(filter, [])),
            )
          }
        />
      )}
    </section>
  )
}

function Verdict({ found }: { found: AuditVerdict }) {
  const { t } = useWords()
  if (!found.holds) {
    const word = t('audit.broken', { row: found.broken, why: found.why })
    return <Status tone="bad" word={word} sign={IconAlertTriangle} />
  }
  const { entries, n } = found
  const word = t('audit.holds', { entries, n, hash: found.hash.slice(0, 16) })
  return <Status tone="good" word={word} sign={IconCircleCheck} />
}

function Rows(props: {
  rows: AuditEntry[]
  more: (() => void) | null
  takeBack: (row: AuditEntry) => void
}) {
  const { rows, more, takeBack } = props
  const { t, language } = useWords()
  return (
    <div className="scroll" tabIndex={0} role="region" aria-labelledby="audit-title">
      <table>
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">{t('audit.at')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.done')}</th>
            <th scope="col">{t('audit.change')}</th>
            <th scope="col">{t('audit.why')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.n} data-entry={row.n}>
              <td>{row.n}</td>
              <td>{new Date(row.at * 1000).toLocaleString(language)}</td>
              <td>
                <b>{row.who}</b>
                <small>{row.via}</small>
              </td>
              <td>
                <b>{row.action}</b>
                <small>{row.object}</small>
              </td>
              <td className="values">
                <Value word={t('audit.before')} value={row.before ?? whole(row, t('audit.file'))} />
                <Value word={t('audit.after')} value={row.after} />
              </td>
              <td className="values">
                {row.why}
                {row.outcome !== '' && <small>{row.outcome}</small>}
                {row.undo === true && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<IconArrowBackUp size={14} aria-hidden />}
                    aria-label={t('audit.undo_of', { n: row.n })}
                    onClick={() => takeBack(row)}
                  >
                    {t('audit.undo')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more !== null && (
        <Button variant="default" m="sm" onClick={more}>
          {t('audit.more')}
        </Button>
      )}
    </div>
  )
}

/** What a setting of a campaign was before the first change of it. */
function whole(row: AuditEntry, file: string): string | null {
  const isSetting = row.action.startsWith('campaign.') && row.action !== 'campaign.state'
  return isSetting ? file : null
}

function Value({ word, value }: { word: string; value: unknown }) {
  if (value === null) return null
  return (
    <span className="value">
      <small>{word}</small> <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
    </span>
  )
}
