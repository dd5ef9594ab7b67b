import './notices.css'

import { Button } from '@mantine/core'
import { IconMessage } from '@tabler/icons-react'

import { useWords } from '../words/desk'
import { clockTime } from './format'
import { useModel, wish } from './store'

/** What supervisors told this agent, until it is read. */
export function Notices() {
  const { notices } = useModel()
  const words = useWords()
  const { t } = words
  return (
    <div id="notices" role="status" aria-live="polite" aria-label={t('notices')}>
      {notices.map(({ notice, at, by, text }) => (
        <p key={notice} className="call-banner notice" data-notice={notice}>
          <IconMessage size={18} aria-hidden />
          <span className="notice-text">
            <b>{by}</b> <span className="soft">{clockTime(at, words)}</span>
            <br />
            {text}
          </span>
          <Button
            variant="plain"
            size="sm"
            aria-label={t('notices.read_of', { by })}
            onClick={() => void wish({ t: 'cmd.notice.read', d: { notice } })}
          >
            {t('notices.read')}
          </Button>
        </p>
      ))}
    </div>
  )
}
