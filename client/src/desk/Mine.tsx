import { useEffect, useRef, useState } from 'react'

import { UnstyledButton } from '@mantine/core'

import type { PromisedCall } from '../generated/desk'
import { useWords, type Words } from '../words/desk'
import { movePromise } from './acts'
import { city, phone, wallClock, wallTime } from './format'
import { ask, useModel } from './store'

export const whoOf = ({ name, number }: { name: string; number: string }, words: Words): string =>
  name || phone(number, words)

/** What is odd about a time: the night when the clocks change. */
export function edgeOf({ wall, asked }: PromisedCall, words: Words): string {
  if (wall !== 'skipped' && wall !== 'twice') return ''
  return words.t(`wall.${wall}`, { time: wallClock(asked, words) })
}

/** The agent's own promises to call back, soonest first. */
export function Mine() {
  const { callbacks } = useModel()
  const words = useWords()
  const { t } = words
  const [asking, setAsking] = useState('')
  const [wrong, setWrong] = useState('')
  if (callbacks === null) return null
  const rows = callbacks.callbacks
  const take = async (callback: string) => {
    const refused = await ask({ t: 'cmd.callback.cancel', d: { callback, why: 'customer' } })
    setWrong(refused === null ? '' : words.problem(refused))
  }
  return (
    <section id="mine" aria-labelledby="mine-title">
      <h3 id="mine-title">
        {t('mine')}{' '}
        <span id="mine-count" className="count">
          {rows.length}
        </span>
      </h3>
      <ol id="mine-list" className="mine-list">
        {rows.length === 0 && <li className="soft">{t('mine.none')}</li>}
        {rows.map((row) => (
          <Row
            key={row.callback}
            row={row}
            isAsking={asking === row.callback}
            setAsking={(isAsking) => {
              setWrong('')
              setAsking(isAsking ? row.callback : '')
            }}
            take={() => {
            setAsking('')
            void take(row.callback)
          }}
          />
        ))}
      </ol>
      <p id="mine-say" className="say" role="alert">
        {wrong}
      </p>
    </section>
  )
}

interface RowProps {
  row: PromisedCall
  isAsking: boolean
  setAsking: (isAsking: boolean) => void
  take: () => void
}

function Row({ row, isAsking, setAsking, take }: RowProps) {
  const words = useWords()
  const { t } = words
  const who = whoOf(row, words)
  const first = useRef<HTMLButtonElement>(null)
  const wasAsking = useRef(isAsking)
  useEffect(() => {
    // The button that was pressed is gone: the keyboard goes on where it was.
    if (wasAsking.current !== isAsking) first.current?.focus()
    wasAsking.current = isAsking
  }, [isAsking])
  const is = row.state === 'dialling' ? 'dialling' : row.state === 'due' ? 'due' : 'where'
  const where = [t(`mine.${is}`, { city: city(row.zone) }), row.name && phone(row.number, words)]
  const extra = [edgeOf(row, words), row.note].filter(Boolean).join(' ')
  const steps = isAsking
    ? [
        { word: t('mine.yes'), act: take },
        { word: t('mine.keep'), act: () => setAsking(false) },
      ]
    : [
        { word: t('mine.move'), act: () => movePromise(row) },
        { word: t('mine.ask'), act: () => setAsking(true) },
      ]
  const here = new Date(row.due_at).toLocaleString(words.locale)
  return (
    <li className="mine-row" data-callback={row.callback} data-state={row.state}>
      <span className="mine-who">{who}</span>
      <time className="mine-when" title={t('mine.here', { zone: row.zone, time: here })}>
        {wallTime(row.local, words)}
      </time>
      <span className="mine-where">{where.filter(Boolean).join(' · ')}</span>
      {extra !== '' && <span className="mine-note">{extra}</span>}
      {row.state !== 'dialling' && (
        <span className="mine-steps">
          {steps.map(({ word, act }, index) => (
            <UnstyledButton
              key={word}
              ref={index === 0 ? first : null}
              className="quiet-link"
              aria-label={`${word}: ${who}`}
              onClick={act}
            >
              {word}
            </UnstyledButton>
          ))}
        </span>
      )}
    </li>
  )
}
