import { useState } from 'react'

import { Button, Modal, NativeSelect, Stack, Table } from '@mantine/core'

import type { AgentRow, Me } from '../generated/console'
import { useAct } from '../kit/acting'
import { Age } from '../kit/clock'
import { server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'
import { shut, useChanging } from './changing'

/** Breaks of an agent from one queue alone: the others go on. */
export function QueueBreaks({ me }: { me: Me }) {
  const name = useChanging((s) => s.breaksOf)
  const agent = useStore((s) => (name === null ? undefined : s.agents.get(name)))
  const { t } = useWords()
  return (
    <Modal
      opened={agent !== undefined}
      onClose={shut}
      size="lg"
      title={t('breaks.title', { name: agent?.name ?? '' })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {agent !== undefined && <Breaks key={agent.agent} agent={agent} me={me} />}
    </Modal>
  )
}

function Breaks({ agent, me }: { agent: AgentRow; me: Me }) {
  const queues = useStore((s) => s.queues)
  const { t, maybe } = useWords()
  const act = useAct()
  const [reason, setReason] = useState(me.pause_reasons[0]?.code ?? '')
  const away = new Map((agent.paused_in ?? []).map((one) => [one.queue, one]))
  // Whoever is on a break from a queue serves it all the same.
  const mine = [...new Set([...agent.queues, ...away.keys()])]
  const labelOf = (queue: string) => queues.get(queue)?.label ?? queue
  const reasonOf = (code: string) =>
    me.pause_reasons.find((one) => one.code === code)?.label ?? maybe(`reason.${code}`, code)
  const turn = (queue: string, on: boolean) => {
    const what = t(on ? 'breaks.begin_of' : 'breaks.end_of', { queue: labelOf(queue) })
    const body = on ? { on, reason } : { on }
    act(`${agent.name}: ${what}`, server.queuePause(agent.agent, queue, body))
  }
  return (
    <Stack gap="sm">
      {me.pause_reasons.length > 0 && (
        <NativeSelect
          label={t('breaks.reason')}
          value={reason}
          data={me.pause_reasons.map(({ code, label }) => ({ value: code, label }))}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      <Table>
        <Table.Tbody>
          {mine.map((queue) => {
            const since = away.get(queue)
            const isAway = since !== undefined
            const word = t(isAway ? 'breaks.end_of' : 'breaks.begin_of', { queue: labelOf(queue) })
            return (
              <Table.Tr key={queue} data-break={queue}>
                <Table.Th scope="row">{labelOf(queue)}</Table.Th>
                <Table.Td>
                  {isAway && (
                    <>
                      {reasonOf(since.reason)} <Age since={since.since} />
                    </>
                  )}
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={word}
                    onClick={() => turn(queue, !isAway)}
                  >
                    {t(isAway ? 'breaks.end' : 'breaks.begin')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Stack>
  )
}
