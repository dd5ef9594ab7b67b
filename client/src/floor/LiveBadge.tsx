import { IconAdjustments } from '@tabler/icons-react'

import type { AgentLive, QueueLive } from '../generated/console'
import { useWords } from '../words/words'
import { useLive } from './live'

/** The sign of something that is other than in the file, with what, until when, by whom, why. */
export function LiveBadge({ agent, queue }: { agent?: AgentLive | null; queue?: QueueLive | null }) {
  const { t } = useWords()
  const { ofAgent, ofQueue, whole } = useLive()
  const said = agent
    ? whole(ofAgent(agent), agent)
    : queue
      ? whole(ofQueue(queue), queue)
      : ''
  if (said === '') return null
  return (
    <span className="live" title={said}>
      <IconAdjustments size={13} stroke={2.2} aria-hidden />
      <span aria-hidden>{t('live')}</span>
      <span className="unseen">{said}</span>
    </span>
  )
}
