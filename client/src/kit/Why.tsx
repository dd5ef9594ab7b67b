import { useEffect, useState } from 'react'

import { List, Loader, Modal, Stack, Text } from '@mantine/core'
import { create } from 'zustand'

import type { Explained } from '../generated/console'
import { RefusedError, server } from '../server'
import { useWords } from '../words/words'

interface About {
  /** `pair`: why the agent who has this call has it. */
  kind: 'call' | 'agent' | 'pair'
  name: string
  title: string
}

const useAbout = create<{ about: About | null }>()(() => ({ about: null }))

export function askWhy(about: About): void {
  useAbout.setState({ about })
}

/** Why a caller waits, or an agent has nobody: what the center says of it. */
export function Why() {
  const about = useAbout((s) => s.about)
  const { t, problem } = useWords()
  const [told, setTold] = useState<Explained | null>(null)
  const [wrong, setWrong] = useState('')
  useEffect(() => {
    if (about === null) return
    let over = false
    setTold(null)
    setWrong('')
    server.explain(about.kind, about.name).then(
      (found) => !over && setTold(found),
      (error: unknown) =>
        !over && setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', ''))),
    )
    return () => {
      over = true
    }
    // Words in another language do not ask again.
  }, [about]) // eslint-disable-line
  return (
    <Modal
      opened={about !== null}
      onClose={() => useAbout.setState({ about: null })}
      title={about?.title ?? ''}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack role="status">
        {told === null && wrong === '' && <Loader size="sm" aria-label={t('connecting')} />}
        {wrong !== '' && <Text>{wrong}</Text>}
        {told !== null && (
          <List spacing="xs" lang="en">
            {told.words.map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
        )}
      </Stack>
    </Modal>
  )
}
