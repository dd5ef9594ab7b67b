import { useState } from 'react'

import { Button, UnstyledButton } from '@mantine/core'

import { useWords } from '../words/desk'
import { useModel, wish } from './store'

/** A break from one queue alone, for one of the center's reasons; the others go on. */
export function QueueBreak({ queue, label }: { queue: string; label: string }) {
  const { state, pauseReasons } = useModel()
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  if (state.presence === 'logged_out') return null
  const isAway = (state.paused_in ?? []).includes(queue)
  const turn = (on: boolean, reason = '') => {
    setOpen(false)
    void wish({ t: 'cmd.pause_queue', d: { queue, on, reason } })
  }
  const press = () => {
    if (isAway) turn(false)
    else if (pauseReasons.length === 0) turn(true)
    else setOpen(!isOpen)
  }
  return (
    <>
      {isAway && <span className="tile-away">{t('queue.away')}</span>}
      <Button
        variant="plain"
        size="compact-xs"
        className="tile-break"
        aria-label={t(isAway ? 'queue.break_end_of' : 'queue.break_of', { queue: label })}
        aria-expanded={isAway ? undefined : isOpen}
        onClick={press}
      >
        {t(isAway ? 'queue.break_end' : 'queue.break')}
      </Button>
      {isOpen && (
        <span className="reasons" role="group" aria-label={t('pause.reason')}>
          {pauseReasons.map((one) => (
            <UnstyledButton key={one.code} className="choice" onClick={() => turn(true, one.code)}>
              <span>{one.label}</span>
            </UnstyledButton>
          ))}
        </span>
      )}
    </>
  )
}
