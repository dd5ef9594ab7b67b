import { type FormEvent, useCallback, useEffect, useState } from 'react'

import { Button, Group, Modal, Stack, Table, Text, Textarea } from '@mantine/core'

import { useAct } from '../kit/acting'
import { Age } from '../kit/clock'
import { type Sent, server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'
import { shut, type Told, useChanging } from './changing'

const MOST = 500

/** A message to agents, on their desks until they have read it; and those that are there now. */
export function Tell() {
  const told = useChanging((s) => s.told)
  const { t } = useWords()
  const to = useAddress(told)
  return (
    <Modal
      opened={told !== null}
      onClose={shut}
      size="lg"
      title={t('tell.title', { to })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {told !== null && <Form told={told} to={to} />}
    </Modal>
  )
}

/** Whom a message is for, in words. */
function useAddress(told: Told | null): string {
  const agents = useStore((s) => s.agents)
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  if (told === null) return ''
  if (told.queue !== undefined) {
    return t('tell.queue', { queue: queues.get(told.queue)?.label ?? told.queue })
  }
  const [first, ...more] = told.agents ?? []
  if (first === undefined) return t('tell.everybody')
  if (more.length > 0) return t('change.many', { count: more.length + 1 })
  return agents.get(first)?.name ?? first
}

function Form({ told, to }: { told: Told; to: string }) {
  const { t } = useWords()
  const act = useAct()
  const [text, setText] = useState('')
  const [sent, setSent] = useState<readonly Sent[]>([])
  const look = useCallback(
    () =>
      void server.notices().then(
        (found) => setSent(found.notices),
        () => undefined,
      ),
    [],
  )
  useEffect(look, [look])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const doing = server.tell({ ...told, text: text.trim() }).then((done) => {
      setText('')
      look()
      return done
    })
    act(t('tell.title', { to }), doing)
  }
  const takeBack = (one: Sent) =>
    act(t('tell.take_back'), server.takeBack(one.notice).finally(look))
  return (
    <Stack gap="sm">
      <form onSubmit={submit}>
        <Textarea
          label={t('tell.text')}
          description={t('tell.note')}
          data-autofocus
          autosize
          minRows={2}
          maxRows={6}
          maxLength={MOST}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="sm">
          <Button variant="default" onClick={shut}>
            {t('close')}
          </Button>
          <Button type="submit" disabled={text.trim() === ''}>
            {t('tell.send')}
          </Button>
        </Group>
      </form>
      {sent.length > 0 && <Hung sent={sent} takeBack={takeBack} />}
    </Stack>
  )
}

function Hung({ sent, takeBack }: { sent: readonly Sent[]; takeBack: (one: Sent) => void }) {
  const agents = useStore((s) => s.agents)
  const { t } = useWords()
  const nameOf = (agent: string) => agents.get(agent)?.name ?? agent
  return (
    <div className="hung" tabIndex={0} role="region" aria-label={t('tell.sent')}>
      <Text fw={600} size="sm">
        {t('tell.sent')}
      </Text>
      <Table>
        <Table.Tbody>
          {sent.map((one) => (
            <Table.Tr key={one.notice} data-notice={one.notice}>
              <Table.Td>
                {one.text}
                <Text size="xs">
                  {nameOf(one.by)}, <Age since={one.at} />
                </Text>
              </Table.Td>
              <Table.Td title={one.unread_by.map(nameOf).join(', ')}>
                {t('tell.read', { read: one.agents - one.unread, all: one.agents })}
              </Table.Td>
              <Table.Td ta="right">
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t('tell.take_back_of', { text: one.text })}
                  onClick={() => takeBack(one)}
                >
                  {t('tell.take_back')}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
