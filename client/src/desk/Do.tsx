import type { ReactNode } from 'react'

import { Button } from '@mantine/core'

import { ACTS, type ActName, boundOf } from './acts'
import { useKeyOf } from './bindings'
import { useModel } from './store'

interface Props {
  act: Exclude<ActName, 'help'>
  children: ReactNode
  look?: 'plain' | 'quiet' | 'go' | 'primary' | 'hurts'
  size?: 'sm' | 'md' | 'lg'
  /** For buttons that are on or off, or have opened something. */
  pressed?: boolean
  expanded?: boolean
  controls?: string
  disabled?: boolean
}

/** A button for one of the acts, with its key; not there while it cannot be done. */
export function Do({ act, children, look = 'plain', size = 'md', ...rest }: Props) {
  const model = useModel()
  const key = useKeyOf(boundOf(act))
  if (!ACTS[act].can(model)) return null
  return (
    <Button
      id={act}
      variant={look}
      size={size}
      onClick={() => void ACTS[act].go()}
      aria-pressed={rest.pressed}
      aria-expanded={rest.expanded}
      aria-controls={rest.controls}
      aria-keyshortcuts={key}
      disabled={rest.disabled ?? false}
    >
      <kbd aria-hidden>{key.toUpperCase()}</kbd> {children}
    </Button>
  )
}
