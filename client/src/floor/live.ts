import type { AgentLive, QueueLive } from '../generated/console'
import { useStore } from '../store'
import { useWords } from '../words/words'

/** What is other than in the file, in words. */
export function useLive() {
  const queues = useStore((s) => s.queues)
  const { t, maybe, language } = useWords()
  const labels = (names: readonly string[]) =>
    names.map((name) => queues.get(name)?.label ?? name).join(', ')
  const ofAgent = (live: AgentLive): string =>
    [
      live.join.length > 0 ? t('live.join', { queues: labels(live.join) }) : '',
      live.leave.length > 0 ? t('live.leave', { queues: labels(live.leave) }) : '',
      ...Object.entries(live.skills).map(([skill, level]) =>
        level < 0 ? t('live.no_skill', { skill }) : t('live.skill', { skill, level }),
      ),
      live.capacity === null ? '' : t('live.capacity', { capacity: live.capacity }),
      ...Object.entries(live.most).map(([channel, most]) => t('live.most', { channel, most })),
    ]
      .filter((part) => part !== '')
      .join('; ')
  const ofQueue = (live: QueueLive): string =>
    [
      live.weight === null ? '' : t('live.weight', { weight: live.weight }),
      live.priority === null ? '' : t('live.priority', { priority: live.priority }),
    ]
      .filter((part) => part !== '')
      .join('; ')
  const until = (live: { until: number; with_shift?: boolean }): string => {
    const at = new Date(live.until)
    const soon = at.toDateString() === new Date().toDateString()
    const style: Intl.DateTimeFormatOptions = soon
      ? { timeStyle: 'short' }
      : { weekday: 'short', hour: '2-digit', minute: '2-digit' }
    const time = new Intl.DateTimeFormat(language, style).format(at)
    return live.with_shift === true ? t('live.shift', { time }) : time
  }
  const whole = (what: string, live: AgentLive | QueueLive): string =>
    t('live.of_agent', { time: until(live), what, by: live.by, why: live.why })
  return { ofAgent, ofQueue, until, whole, maybe }
}
