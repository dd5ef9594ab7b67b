import './keypad.css'

import type { KeyboardEvent } from 'react'

import { Button } from '@mantine/core'

const KEYS = '123456789*0#'

/** Whether a key is one of a telephone. */
export const isPhoneKey = (key: string): boolean => key.length === 1 && KEYS.includes(key)

interface Props {
  id?: string
  label: string
  /** How many keys went, never which: they may be a secret. */
  said: string
  press: (key: string) => void
}

/** The twelve keys of a telephone, by mouse or typed while one of them has the focus. */
export function Keypad({ id, label, said, press }: Props) {
  const typed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !isPhoneKey(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    // A key that is held down is one key.
    if (!event.repeat) press(event.key)
  }
  return (
    <div id={id} className="keypad" role="group" aria-label={label} onKeyDown={typed}>
      <span id={id && `${id}-said`} className="keypad-said" role="status">
        {said}
      </span>
      {[...KEYS].map((key) => (
        <Button key={key} variant="default" data-key={key} onClick={() => press(key)}>
          {key}
        </Button>
      ))}
    </div>
  )
}
