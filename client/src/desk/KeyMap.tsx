import { type KeyboardEvent, useState } from 'react'

import { Button, Modal, Switch, UnstyledButton } from '@mantine/core'

import { singleKeys } from '../kit/kept'
import { type Key, useWords } from '../words/desk'
import { bind, type Bound, mayBeKey, rivalsOf, unbindAll, USUAL, useBindings } from './bindings'
import { useDesk } from './store'

const NAMES: Record<Bound, Key> = {
  ready: 'map.ready',
  pause: 'map.pause',
  accept: 'accept',
  decline: 'decline',
  hold: 'map.hold',
  hangup: 'map.hangup',
  mute: 'mute',
  record: 'record',
  transfer: 'transfer',
  requeue: 'requeue',
  consult: 'map.consult',
  complete: 'complete',
  swap: 'swap',
  conference: 'conference',
  back: 'back',
  keypad: 'map.keypad',
  'lookup-open': 'map.lookup',
  hand: 'map.hand',
  park: 'park',
  slot: 'map.slot',
  more: 'map.more',
  callback: 'map.callback',
  said: 'map.said',
  notes: 'map.notes',
}
const FIXED: ReadonlyArray<{ keys: string[]; word: Key }> = [
  { keys: ['→', '←'], word: 'map.script' },
  { keys: ['1–9'], word: 'map.end' },
  { keys: ['?'], word: 'map.help' },
]

/** The map of keys, where each can be changed. */
export function KeyMap() {
  const opened = useDesk((s) => s.isMapOpen)
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
      <Keys />
    </Modal>
  )
}

function Keys() {
  const keys = useBindings()
  const [areOn, turn] = singleKeys.use()
  const [asked, ask] = useState<Bound | null>(null)
  const [said, say] = useState('')
  const { t } = useWords()
  const names = Object.keys(NAMES) as Bound[]
  const pressed = (event: KeyboardEvent) => {
    if (asked === null || event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    if (event.repeat || ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta'].includes(event.key)) return
    const key = event.key.toLowerCase()
    const isTaken = mayBeKey(key)
    say(isTaken || key === 'escape' ? '' : t('map.not'))
    if (isTaken) bind(asked, key)
    if (isTaken || key === 'escape') ask(null)
  }
  const what = { what: asked === null ? '' : t(NAMES[asked]) }
  return (
    <>
      <p id="keys-say" className="map-say" role="status">
        {said !== '' ? said : t(asked === null ? 'map.change' : 'map.press', what)}
      </p>
      <dl className="map" id="keys">
        {names.map((name) => (
          <Changeable
            key={name}
            name={name}
            shown={keys[name]}
            rivals={rivalsOf(keys, name)}
            isAsked={asked === name}
            ask={(isAsked) => {
              ask(isAsked ? name : null)
              say('')
            }}
            pressed={pressed}
          />
        ))}
        {FIXED.map(({ keys: fixed, word }) => (
          <div key={word}>
            <dt>
              {fixed.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <div className="map-foot">
        <Switch
          label={t('map.single')}
          checked={areOn}
          onChange={(event) => turn(event.currentTarget.checked)}
        />
        <Button
          id="keys-reset"
          variant="plain"
          size="sm"
          disabled={names.every((name) => keys[name] === USUAL[name])}
          onClick={unbindAll}
        >
          {t('map.reset')}
        </Button>
      </div>
    </>
  )
}

interface ChangeableProps {
  name: Bound
  shown: string
  rivals: Bound[]
  isAsked: boolean
  ask: (isAsked: boolean) => void
  pressed: (event: KeyboardEvent) => void
}

/** One thing and its key, which is pressed to get another. */
function Changeable({ name, shown, rivals, isAsked, ask, pressed }: ChangeableProps) {
  const { t } = useWords()
  const what = t(NAMES[name])
  const key = shown.toUpperCase()
  return (
    <div data-rival={rivals.length > 0}>
      <dt>
        <UnstyledButton
          className="map-key"
          data-key-of={name}
          data-mantine-stop-propagation={isAsked}
          aria-label={t('map.change_of', { what, key })}
          aria-pressed={isAsked}
          onClick={() => ask(!isAsked)}
          onKeyDown={pressed}
          onBlur={() => isAsked && ask(false)}
        >
          <kbd>{isAsked ? '…' : key}</kbd>
        </UnstyledButton>
        {name === 'pause' && (
          <>
            {t('map.then')} <kbd>1–9</kbd>
          </>
        )}
        {name === 'notes' && <kbd>Esc</kbd>}
      </dt>
      <dd>
        {what}
        {rivals.length > 0 && (
          <strong className="map-rival">
            {t('map.rival', { others: rivals.map((one) => t(NAMES[one])).join(', ') })}
          </strong>
        )}
      </dd>
    </div>
  )
}
