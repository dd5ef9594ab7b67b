import { useEffect, useState } from 'react'

import { Button } from '@mantine/core'

import { offerSound } from '../kit/kept'
import { lasting } from '../kit/lasting'
import { useWords } from '../words/desk'
import { useNow } from './clock'
import { chime } from './ring'
import { link, useDesk } from './store'

const DONE = ['pointerdown', 'keydown', 'wheel'] as const
const SAY_EVERY_MS = 60_000

/** Tell the center now and then that somebody does something here, and at once after a warning. */
function useActivity(isWarned: boolean): void {
  const [said] = useState({ at: 0 })
  useEffect(() => {
    const done = () => {
      if (!isWarned && Date.now() - said.at < SAY_EVERY_MS) return
      said.at = Date.now()
      link.send({ t: 'here' })
    }
    for (const name of DONE) document.addEventListener(name, done, { capture: true, passive: true })
    return () => {
      for (const name of DONE) document.removeEventListener(name, done, { capture: true })
    }
  }, [isWarned, said])
}

/** Warns whoever does nothing that they will be logged out. */
export function Idle() {
  const until = useDesk((s) => s.idleUntil)
  const isWarned = until !== 0
  useActivity(isWarned)
  useEffect(() => {
    if (isWarned && offerSound.isOn()) chime()
  }, [isWarned])
  return <div role="alert">{isWarned && <Warning until={until} />}</div>
}

function Warning({ until }: { until: number }) {
  const left = useNow()
  const { t } = useWords()
  return (
    <p id="idle" className="banner" data-tone="warn">
      {t('idle.warned')}{' '}
      <span aria-live="off">{t('idle.left', { time: lasting(until - left + 999) })}</span>{' '}
      <Button variant="plain" size="sm" onClick={() => link.send({ t: 'here' })}>
        {t('idle.here')}
      </Button>
    </p>
  )
}
