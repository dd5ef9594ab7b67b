import { Button, Group, Modal, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { create } from 'zustand'

import { RefusedError } from '../server'
import { useWords } from '../words/words'

interface Question {
  question: string
  yes: string
  act: () => void
}

const useQuestion = create<{ asked: Question | null }>()(() => ({ asked: null }))

/** Ask before doing what hurts. */
export function sure(question: string, yes: string, act: () => void): void {
  useQuestion.setState({ asked: { question, yes, act } })
}

/** The dialog of `sure`; the first thing in it is to leave things as they are. */
export function Sure() {
  const asked = useQuestion((s) => s.asked)
  const { t } = useWords()
  const close = () => useQuestion.setState({ asked: null })
  return (
    <Modal
      opened={asked !== null}
      onClose={close}
      title={asked?.yes ?? ''}
      centered
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Text>{asked?.question}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={close}>
          {t('cancel')}
        </Button>
        <Button
          className="yes danger"
          onClick={() => {
            asked?.act()
            close()
          }}
        >
          {asked?.yes}
        </Button>
      </Group>
    </Modal>
  )
}

/** Do something at the server, and say what came of it. */
export function useAct() {
  const { t, problem } = useWords()
  const closeButtonProps = { 'aria-label': t('close') }
  return (what: string, doing: Promise<unknown>, done = ''): void => {
    doing.then(
      () =>
        notifications.show({
          title: what,
          message: done === '' ? t('done') : done,
          closeButtonProps,
        }),
      (error: unknown) => {
        const refused = error instanceof RefusedError ? error : new RefusedError('', '')
        notifications.show({
          title: `${what}: ${t('not_done')}`,
          message: problem(refused),
          color: 'red',
          closeButtonProps,
          autoClose: 10_000,
        })
      },
    )
  }
}
