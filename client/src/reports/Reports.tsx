import './reports.css'

import { type FormEvent, useState } from 'react'

import { Alert, Button, Loader, NativeSelect, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'

import { lasting } from '../kit/lasting'
import { RefusedError, type Reported, reportPath, server } from '../server'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'

const SHOWN = [
  'entered',
  'answered',
  'abandoned',
  'sl_noshort',
  'abandonment',
  'asa_us',
  'longest_wait_us',
  'wait_p90_us',
  'handled',
  'aht_inbound_us',
  'occupancy',
] as const
const BY = ['queue', 'agent', 'skill', 'channel', 'center'] as const
const CUT = ['', '30m', '1h', '1d'] as const

/** A day as a date field has it, in the time zone of this browser. */
function day(ago: number): string {
  const at = new Date()
  at.setDate(at.getDate() - ago)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

function instant(text: string, days: number): number {
  const [year, month, date] = text.split('-').map(Number)
  return new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + days).getTime()
}

/** Measures of the past: from which day to which, of whom, in which steps; on the page or as CSV. */
export default function Reports() {
  const { t, problem } = useWords()
  const [from, setFrom] = useState(() => day(0))
  const [to, setTo] = useState(() => day(0))
  const [by, setBy] = useState<string>('queue')
  const [cut, setCut] = useState<string>('')
  const [found, setFound] = useState<{ told: Reported; isCut: boolean } | null>(null)
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const asked = { from: instant(from, 0), to: instant(to, 1), by, interval: cut, zone }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setWrong('')
    try {
      const told = await server.report(asked)
      // As it was asked: the form may be another one by now.
      setFound({ told, isCut: asked.interval !== '' })
    } catch (error) {
      setFound(null)
      setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', '')))
    }
    setBusy(false)
  }

  return (
    <section className="panel" aria-labelledby="reports-title" id="reports">
      <div className="panel-head">
        <h2 id="reports-title">{t('page.reports')}</h2>
        <span className="count">{t('reports.zone', { zone })}</span>
      </div>
      <form className="ask" onSubmit={(event) => void submit(event)}>
        <TextInput
          size="xs"
          type="date"
          label={t('reports.from')}
          required
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="date"
          label={t('reports.to')}
          required
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label={t('reports.by')}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
          data={BY.map((one) => ({ value: one, label: t(`reports.by.${one}`) }))}
        />
        <NativeSelect
          size="xs"
          label={t('reports.cut')}
          value={cut}
          onChange={(event) => setCut(event.currentTarget.value)}
          data={CUT.map((one) => ({ value: one, label: t(`reports.cut.${one}` as Key) }))}
        />
        <Button size="xs" type="submit" loading={busy}>
          {t('reports.show')}
        </Button>
        <Button
          size="xs"
          variant="default"
          component="a"
          href={reportPath({ ...asked, format: 'csv' })}
          download
          leftSection={<IconDownload size={15} aria-hidden />}
        >
          CSV
        </Button>
      </form>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="reports-title">
        {busy && <Loader m="md" aria-label={t('connecting')} />}
        {wrong !== '' && (
          <Alert className="alert" data-tone="bad" role="alert">
            {wrong}
          </Alert>
        )}
        {found === null ? (
          <p className="empty">{t('reports.ask')}</p>
        ) : (
          <Found found={found.told} isCut={found.isCut} />
        )}
      </div>
    </section>
  )
}

function Found({ found, isCut }: { found: Reported; isCut: boolean }) {
  const { t, language } = useWords()
  const called = useNames(found.by)
  if (found.rows.length === 0) return <p className="empty">{t('reports.nothing')}</p>
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' })
  return (
    <table aria-labelledby="reports-title">
      <thead>
        <tr>
          {isCut && <th>{t('reports.when')}</th>}
          <th>{t(`reports.by.${found.by}` as Key)}</th>
          {SHOWN.map((name) => (
            <th key={name} className="figure">
              {t(`past.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {found.rows.map((row) => (
          <tr key={`${row.at} ${row.name}`} data-name={row.name}>
            {isCut && <td>{when.format(row.at)}</td>}
            <th scope="row" className="name">
              {called(row.name)}
            </th>
            {SHOWN.map((name) => (
              <td key={name} className="figure">
                {figure(row[name] as number | null, found.units[name] ?? '', language)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function useNames(by: string): (name: string) => string {
  const queues = useStore((s) => s.queues)
  const agents = useStore((s) => s.agents)
  const { t } = useWords()
  return (name) => {
    if (name === '') return t('reports.by.center')
    if (by === 'queue') return queues.get(name)?.label ?? name
    return by === 'agent' ? (agents.get(name)?.name ?? name) : name
  }
}

function figure(value: number | null, unit: string, language: string): string {
  if (value === null) return '–'
  if (unit === 'share') {
    const style = { style: 'percent', maximumFractionDigits: 1 } as const
    return new Intl.NumberFormat(language, style).format(value)
  }
  if (unit === 'time') return lasting(value / 1000)
  return new Intl.NumberFormat(language).format(value)
}
