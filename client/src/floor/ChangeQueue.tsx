import { type FormEvent, useState } from 'react'

import { Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core'

import type { QueueRow } from '../generated/console'
import { useAct } from '../kit/acting'
import { server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'
import { lastingOf, SPAN, SpanFields } from './ChangeFields'
import { shut, useChanging } from './changing'

/** Head start and priority of a queue, for a while. */
export function ChangeQueue() {
  const name = useChanging((s) => s.queue)
  const queue = useStore((s) => (name === null ? undefined : s.queues.get(name)))
  const { t } = useWords()
  return (
    <Modal
      opened={queue !== undefined}
      onClose={shut}
      title={t('change.queue', { label: queue?.label ?? '' })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {queue !== undefined && <Form key={queue.queue} queue={queue} />}
    </Modal>
  )
}

function Form({ queue }: { queue: QueueRow }) {
  const { t } = useWords()
  const act = useAct()
  const [weight, setWeight] = useState<string | number>(queue.weight)
  const [priority, setPriority] = useState<string | number>(queue.priority)
  const [span, setSpan] = useState(SPAN)
  const changed = {
    ...(typeof weight === 'number' && weight !== queue.weight ? { weight } : {}),
    ...(typeof priority === 'number' && priority !== queue.priority ? { priority } : {}),
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { for_s } = lastingOf(span)
    const doing = server.changeQueue(queue.queue, { for_s, why: span.why.trim(), ...changed })
    act(t('change.queue', { label: queue.label }), doing)
    shut()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('change.queue_note')}</Text>
        <NumberInput
          label={t('change.weight')}
          min={0}
          max={1000}
          data-autofocus
          value={weight}
          onChange={setWeight}
          hideControls
        />
        <NumberInput
          label={t('change.priority')}
          min={-1000}
          max={1000}
          value={priority}
          onChange={setPriority}
          hideControls
        />
        <SpanFields span={span} set={setSpan} shifts={false} />
        <Group justify="flex-end">
          <Button variant="default" onClick={shut}>
            {t('cancel')}
          </Button>
          <Button
            type="submit"
            disabled={Object.keys(changed).length === 0 || span.why.trim() === ''}
          >
            {t('change.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
