import { useEffect } from 'react'

import { Modal, Switch } from '@mantine/core'

import { singleKeys } from '../kit/kept'
import { type Key, useWords } from '../words/desk'
import { closeLookup, closePad, closePromise, closeWhom, pressed, pressedNumber, pressedOnPad, toggleReasons } from './acts'
import { leaveEnding } from './choosing'
import { isOpen, modeOf, pageOf } from './model'
import { allowSound } from './ring'
import { current, useDesk } from './store'

const MAP: ReadonlyArray<{ keys: string[]; word: Key; then?: string }> = [
  { keys: ['R'], word: 'map.ready' },
  { keys: ['P'], then: '1–9', word: 'map.pause' },
  { keys: ['A', 'D'], word: 'map.offer' },
  { keys: ['H'], word: 'map.hold' },
  { keys: ['X'], word: 'map.hangup' },
  { keys: ['M', 'O'], word: 'map.mute' },
  { keys: ['T', 'U'], word: 'map.transfer' },
  { keys: ['K'], word: 'map.consult' },
  { keys: ['F', 'S', 'J', 'B'], word: 'map.steps' },
  { keys: ['#'], word: 'map.keypad' },
  { keys: ['L'], word: 'map.lookup' },
  { keys: ['W'], word: 'map.hand' },
  { keys: ['Z', 'G'], word: 'map.park' },
  { keys: ['E'], word: 'map.more' },
  { keys: ['C'], word: 'map.callback' },
  { keys: ['→', '←'], word: 'map.script' },
  { keys: ['Y'], word: 'map.said' },
  { keys: ['N', 'Esc'], word: 'map.notes' },
  { keys: ['1–9'], word: 'map.end' },
  { keys: ['?'], word: 'map.help' },
]
const ON_PAGE: Readonly<Record<string, string>> = {
  y: 'script-confirm',
  arrowright: 'script-next',
  arrowleft: 'script-back',
}

/** Press a button of the script's page; gives whether there is one. */
function pressedOnPage(key: string): boolean {
  const page = pageOf(current())
  const id = ON_PAGE[key]
  if (page === null || id === undefined || !isOpen(page) || modeOf(current()) === 'ring') return false
  const button = document.getElementById(id)
  if (!(button instanceof HTMLButtonElement) || button.disabled) return false
  button.click()
  return true
}

function escaped(target: HTMLElement, isTyping: boolean): void {
  if (isTyping) target.blur()
  toggleReasons(false)
  closeWhom()
  closePad()
  if (!leaveEnding()) closeLookup()
  if (!isTyping || target.closest('#promise') !== null) closePromise()
}

function listen(event: KeyboardEvent, areOn: boolean): void {
  allowSound()
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
  if (document.querySelector('[role=dialog]') !== null) return
  const target = event.target instanceof HTMLElement ? event.target : document.body
  const isTyping = target.matches('textarea, input, select')
  if (event.key === 'Escape') {
    escaped(target, isTyping)
    return
  }
  if (isTyping || (!areOn && event.key !== '?')) return
  const key = event.key.toLowerCase()
  if (!pressedOnPad(key)) {
    if (key >= '1' && key <= '9') pressedNumber(Number(key) - 1)
    else if (!pressedOnPage(key) && !pressed(key)) return
  }
  event.preventDefault()
}

/** The keys of the desk, while it is on the screen. */
export function useKeys(): void {
  const [areOn] = singleKeys.use()
  useEffect(() => {
    const heard = (event: KeyboardEvent) => listen(event, areOn)
    document.addEventListener('keydown', heard)
    document.addEventListener('pointerdown', allowSound)
    return () => {
      document.removeEventListener('keydown', heard)
      document.removeEventListener('pointerdown', allowSound)
    }
  }, [areOn])
}

/** The map of keys. */
export function KeyMap() {
  const opened = useDesk((s) => s.isMapOpen)
  const [areOn, turn] = singleKeys.use()
  const { t } = useWords()
  return (
    <Modal
      opened={opened}
      onClose={() => useDesk.setState({ isMapOpen: false })}
      title={t('keys')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('close') }}
      transitionProps={{ duration: 0 }}
    >
      <dl className="map" id="keys">
        {MAP.map(({ keys, then, word }) => (
          <div key={word}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
              {then !== undefined && (
                <>
                  {t('map.then')} <kbd>{then}</kbd>
                </>
              )}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <Switch
        mt="md"
        label={t('map.single')}
        checked={areOn}
        onChange={(event) => turn(event.currentTarget.checked)}
      />
    </Modal>
  )
}
