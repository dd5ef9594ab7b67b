import { type FormEvent, useState } from 'react'

import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'

import { useWords } from '../words/words'

/** A dialog that asks why, and for what hurts to type a word besides. */
export function Reason(props: {
  title: string
  says: string
  yes: string
  word?: string
  hurts?: boolean
  close: () => void
  act: (why: string) => void
}) {
  const { title, says, yes, word = '', hurts = false, close, act } = props
  const { t } = useWords()
  const [why, setWhy] = useState('')
  const [typed, setTyped] = useState('')
  const isSure = why.trim() !== '' && typed.trim().toUpperCase() === word
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isSure) return
    act(why.trim())
    close()
  }
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      centered
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text>{says}</Text>
          <Textarea
            label={t('campaigns.reason')}
            description={t('campaigns.reason.hint')}
            required
            data-autofocus
            maxLength={500}
            autosize
            minRows={2}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
          {word !== '' && (
            <TextInput
              label={t('campaigns.type', { word })}
              required
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              className={hurts ? 'yes danger' : 'yes'}
              disabled={!isSure}
            >
              {yes}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
