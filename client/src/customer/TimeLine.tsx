import { useState } from 'react'

import { Button } from '@mantine/core'

import { customers, type Moment } from './api'
import type { Asked } from './known'
import { useWords } from './words'

const TONES: Record<string, string> = {
  interaction: 'info', case: 'warn', deal: 'good', quote: 'good', order: 'good',
  invoice: 'calm', offer: 'info', consent: 'bad', response: 'calm', identity: 'calm', merge: 'warn',
}

/** Everything that happened, newest first, on one line; or one kind of it. */
export function TimeLine({ lines, mayMerge, asked }: { lines: Moment[] | undefined; mayMerge: boolean; asked: Asked }) {
  const { t, code, day } = useWords()
  const [kind, setKind] = useState('')
  if (lines === undefined) return <p className="quiet">{t('late')}</p>
  const kinds = [...new Set(lines.map((line) => line.kind))].sort()
  const shown = kind === '' ? lines : lines.filter((line) => line.kind === kind)
  return (
    <>
      <label className="row">
        {t('line.only')}
        <select className="field" id="line-kind" value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          <option value="">{t('line.all', { count: lines.length })}</option>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {code('moment', one)}
            </option>
          ))}
        </select>
      </label>
      <ol className="time-line" id="time-line">
        {shown.map((line, place) => (
          <li key={`${line.kind}/${line.ref}/${line.at}/${place}`} data-kind={line.kind}>
            <time dateTime={new Date(line.at).toISOString()}>{day(line.at)}</time>
            <span className="chip" data-tone={TONES[line.kind] ?? 'calm'}>
              {code('moment', line.kind)}
            </span>
            <span className="what">
              <strong>{[said(line, code), code('state', line.how)].filter(Boolean).join(': ')}</strong> {line.text}{' '}
              <small>{[line.who, length(line.talk_s)].filter(Boolean).join(' · ')}</small>
              {mayMerge && line.kind === 'merge' && line.how === 'merged' && (
                <Button size="compact-xs" variant="default" onClick={() => void asked.act(() => customers.unmerge(line.ref))}>
                  {t('merge.undo')}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

/** What it was, when that is no more than its kind: its name. */
function said(line: Moment, code: (kind: string, code: string) => string): string {
  switch (line.kind) {
    case 'case':
      return `${line.ref} ${code('kind', line.what)}`
    case 'interaction':
      return code('channel', line.what)
    case 'identity':
      return code('way', line.what)
    case 'consent':
      return code('consent', line.what)
    case 'merge':
    case 'response':
      return line.what
    case 'deal':
    case 'offer':
      return ''
    default:
      return line.ref
  }
}

const length = (seconds: number): string =>
  seconds === 0 ? '' : seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
