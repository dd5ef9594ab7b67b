import { Button, Modal, Text } from '@mantine/core'
import { IconAdjustments } from '@tabler/icons-react'

import { useAct } from '../kit/acting'
import { server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'
import { listChanges, shut, useChanging } from './changing'
import { useLive } from './live'

interface One {
  key: string
  name: string
  what: string
  by: string
  why: string
  until: string
  end: { agents?: string[]; queues?: string[] }
}

function useLines(): One[] {
  const agents = useStore((s) => s.agents)
  const queues = useStore((s) => s.queues)
  const { ofAgent, ofQueue, until } = useLive()
  const called = (by: string) => agents.get(by)?.name ?? by
  const ofQueues = [...queues.values()].flatMap(({ queue, label, live }) =>
    live == null
      ? []
      : [
          {
            key: `queue ${queue}`,
            name: label,
            what: ofQueue(live),
            by: called(live.by),
            why: live.why,
            until: until(live),
            end: { queues: [queue] },
          },
        ],
  )
  const ofAgents = [...agents.values()].flatMap(({ agent, name, live }) =>
    live == null
      ? []
      : [
          {
            key: `agent ${agent}`,
            name,
            what: ofAgent(live),
            by: called(live.by),
            why: live.why,
            until: until(live),
            end: { agents: [agent] },
          },
        ],
  )
  return [...ofQueues, ...ofAgents]
}

/** The button that says how much is other than in the file; nothing when nothing is. */
export function LiveButton() {
  const count = useStore(
    (s) =>
      [...s.agents.values()].filter((one) => one.live != null).length +
      [...s.queues.values()].filter((one) => one.live != null).length,
  )
  const { t } = useWords()
  if (count === 0) return null
  return (
    <Button
      size="compact-xs"
      variant="default"
      className="live-button"
      leftSection={<IconAdjustments size={14} aria-hidden />}
      onClick={listChanges}
    >
      {t('live.open', { count })}
    </Button>
  )
}

/** Everything that is other than in the file; each can be ended. */
export function LiveChanges() {
  const listed = useChanging((s) => s.listed)
  const { t } = useWords()
  return (
    <Modal
      opened={listed}
      onClose={shut}
      title={t('live.title')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Text size="sm" mb="sm">
        {t('live.file')}
      </Text>
      {listed && <Lines />}
    </Modal>
  )
}

function Lines() {
  const lines = useLines()
  const { t } = useWords()
  const act = useAct()
  if (lines.length === 0) return <p className="empty">{t('live.none')}</p>
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('live.of')}</th>
          <th>{t('live.what')}</th>
          <th>{t('live.until')}</th>
          <th>{t('live.who')}</th>
          <th>{t('live.why')}</th>
          <th>
            <span className="unseen">{t('live.end')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((one) => (
          <tr key={one.key}>
            <th scope="row">{one.name}</th>
            <td>{one.what}</td>
            <td>{one.until}</td>
            <td>{one.by}</td>
            <td>{one.why}</td>
            <td>
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`${t('live.end')}: ${one.name}`}
                onClick={() => act(`${one.name}: ${t('live.end')}`, server.endChanges(one.end))}
              >
                {t('live.end')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
