import { type FormEvent, useState } from 'react'

import { Button } from '@mantine/core'

import { type Case, type ChangeCase, type Clock, customers, type Known, type OpenCase } from './api'
import type { Asked } from './known'
import { useWords } from './words'

const TONES: Record<Clock['state'], string> = {
  running: 'info',
  soon: 'warn',
  late: 'bad',
  paused: 'calm',
  met: 'good',
  missed: 'bad',
}
const PRIORITIES: NonNullable<OpenCase['priority']>[] = ['low', 'normal', 'high', 'urgent']
const KINDS: NonNullable<OpenCase['kind']>[] = ['question', 'request', 'problem', 'complaint']

interface Props {
  known: Known
  asked: Asked
  call: string
  only?: 'open'
}

/** Cases, open ones first, with their clocks; one more can be opened, and each changed. */
export function Cases({ known, asked, call, only }: Props) {
  const words = useWords()
  const { t } = words
  const [isOpening, setOpening] = useState(false)
  const told = known.cases
  if (told === undefined) return <p className="quiet">{t('late')}</p>
  const rows = only === 'open' ? told.rows.filter((row) => row.open) : told.rows
  return (
    <div className="cases">
      {told.decided > 0 && (
        <p className="quiet">
          {t('cases.kept', { percent: Math.round((100 * told.kept) / told.decided), kept: told.kept, decided: told.decided })}
        </p>
      )}
      {rows.length === 0 && <p className="quiet">{t('cases.none')}</p>}
      <ul className="case-list">
        {rows.map((row) => (
          <OneCase key={row.case} row={row} asked={asked} />
        ))}
      </ul>
      {isOpening ? (
        <Opening known={known} asked={asked} call={call} close={() => setOpening(false)} />
      ) : (
        <Button size="xs" variant="default" className="case-open" onClick={() => setOpening(true)}>
          {t('cases.open')}
        </Button>
      )}
    </div>
  )
}

function OneCase({ row, asked }: { row: Case; asked: Asked }) {
  const words = useWords()
  const { t, code } = words
  const [comment, setComment] = useState('')
  const change = (change: Omit<ChangeCase, 'version'>) => asked.act(() => customers.changeCase(row, change))
  const say = async (event: FormEvent) => {
    event.preventDefault()
    if (comment.trim() !== '' && (await change({ comment, public: true }))) setComment('')
  }
  return (
    <li className="case" data-case={row.case} data-open={row.open}>
      <div className="case-top">
        <strong>{row.subject}</strong>
        <span className="quiet">{row.case}</span>
      </div>
      <div className="case-top">
        <span className="chip" data-tone={row.kind === 'complaint' ? 'bad' : 'calm'}>
          {code('kind', row.kind)}
          {row.reason !== '' && `: ${code('reason', row.reason)}`}
        </span>
        <span className="chip" data-tone={row.priority === 'urgent' || row.priority === 'high' ? 'warn' : 'calm'}>
          {code('priority', row.priority)}
        </span>
        {row.agent !== '' && <span className="quiet">{row.agent}</span>}
        {row.escalated_at !== null && (
          <span className="chip" data-tone="bad">
            {t('cases.escalated')}
          </span>
        )}
        <label className="case-status">
          <span className="unseen">{t('cases.status_of', { case: row.case })}</span>
          <select
            className="field"
            value={row.status}
            onChange={(event) => void change({ status: row.ways.find((one) => one === event.currentTarget.value) })}
          >
            {[row.status, ...row.ways].map((status) => (
              <option key={status} value={status}>
                {code('status', status)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {row.open && (
        <>
          <Clocks clocks={row.clocks} />
          <details className="case-more">
            <summary>{t('cases.more')}</summary>
            <form onSubmit={(event) => void say(event)} className="row">
              <input
                className="field wide"
                aria-label={t('cases.comment_of', { case: row.case })}
                placeholder={t('cases.comment')}
                maxLength={4000}
                value={comment}
                onChange={(event) => setComment(event.currentTarget.value)}
              />
              <Button size="xs" type="submit">
                {t('cases.tell')}
              </Button>
            </form>
            {row.kind === 'complaint' && !row.acknowledged && (
              <Button size="xs" variant="default" onClick={() => void change({ acknowledged: true })}>
                {t('cases.acknowledge')}
              </Button>
            )}
          </details>
        </>
      )}
    </li>
  )
}

function Clocks({ clocks }: { clocks: Clock[] }) {
  const { t, code } = useWords()
  return (
    <ul className="clocks">
      {clocks.map((clock) => (
        <li key={clock.kind} className="chip" data-tone={TONES[clock.state]} data-clock={clock.kind}>
          {code('clock', clock.kind)}{' '}
          {clock.state === 'running' || clock.state === 'soon'
            ? t('clock.left', { time: span(clock.left_ms) })
            : clock.state === 'late'
              ? t('clock.late', { time: span(-clock.left_ms) })
              : code('clock.state', clock.state)}
        </li>
      ))}
    </ul>
  )
}

/** A length of business time, in its two largest units. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000))
  const hours = Math.floor(minutes / 60)
  return hours >= 1 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

function Opening({ known, asked, call, close }: Props & { close: () => void }) {
  const { t, code } = useWords()
  const [kind, setKind] = useState<OpenCase['kind']>('question')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    const body = {
      kind,
      subject: text('subject'),
      reason: text('reason'),
      priority: PRIORITIES.find((one) => one === text('priority')),
      mine: form.get('mine') !== null,
      call,
    }
    if (await asked.act(() => customers.openCase(known.customer, body))) close()
  }
  return (
    <form className="opening" onSubmit={(event) => void submit(event)} aria-label={t('cases.open')}>
      <label>
        {t('cases.subject')}
        <input className="field wide" name="subject" required maxLength={200} autoFocus />
      </label>
      <div className="row">
        <label>
          {t('cases.kind')}
          <select className="field" value={kind} onChange={(event) => setKind(KINDS.find((one) => one === event.currentTarget.value))}>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {code('kind', one)}
              </option>
            ))}
          </select>
        </label>
        {kind === 'complaint' && (
          <label>
            {t('cases.reason')}
            <select className="field" name="reason">
              {Object.entries(known.cases?.reasons ?? {}).map(([branch, leaves]) => (
                <optgroup key={branch} label={code('branch', branch)}>
                  {leaves.map((leaf) => (
                    <option key={leaf} value={`${branch}.${leaf}`}>
                      {code('reason', `${branch}.${leaf}`)}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </label>
        )}
        <label>
          {t('cases.priority')}
          <select className="field" name="priority" defaultValue="normal">
            {PRIORITIES.map((one) => (
              <option key={one} value={one}>
                {code('priority', one)}
              </option>
            ))}
          </select>
        </label>
        <label className="check">
          <input type="checkbox" name="mine" defaultChecked /> {t('cases.mine')}
        </label>
      </div>
      <div className="row">
        <Button size="xs" type="submit">
          {t('cases.save')}
        </Button>
        <Button size="xs" variant="default" onClick={close}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}
