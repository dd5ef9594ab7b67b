import { useEffect } from 'react'

import { Kbd, Modal, Switch } from '@mantine/core'

import { type Key, useWords } from '../words/words'
import { singleKeys } from './kept'

/** The keys that work anywhere but in a field, and what each is for. */
export const KEYS: ReadonlyArray<{ keys: string; word: Key }> = [
  { keys: '?', word: 'keys.help' },
  { keys: '/', word: 'keys.find' },
  { keys: 'q', word: 'keys.queues' },
  { keys: 'a', word: 'keys.agents' },
  { keys: 'c', word: 'keys.callers' },
  { keys: 'd', word: 'keys.scheme' },
]
const OTHERS: ReadonlyArray<{ keys: string; word: Key }> = [
  { keys: '1 2 …', word: 'keys.pages' },
  { keys: '↑ ↓', word: 'keys.rows' },
  { keys: '␣', word: 'keys.pick' },
  { keys: '↵', word: 'keys.menu' },
  { keys: 'Esc', word: 'keys.close' },
]

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea') !== null
}

/** Single keys, unless they were switched off or somebody types. */
export function useKeys(press: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const isBusy = document.querySelector('[role=dialog], [role=menu]') !== null
      const act = isBusy || (!singleKeys.isOn() && event.key !== '?') ? undefined : press[event.key]
      if (act === undefined) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  })
}

/** The map of keys. */
export function KeyMap(props: {
  opened: boolean
  close: () => void
  isOn: boolean
  setOn: (on: boolean) => void
}) {
  const { opened, close, isOn, setOn } = props
  const { t } = useWords()
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <dl className="keys">
        {[...KEYS, ...OTHERS].map(({ keys, word }) => (
          <div key={keys}>
            <dt>
              <Kbd>{keys}</Kbd>
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <Switch
        mt="md"
        label={t('keys.single')}
        checked={isOn}
        onChange={(event) => setOn(event.currentTarget.checked)}
      />
    </Modal>
  )
}
