import { useState } from 'react'

import { NumberInput, type NumberInputProps } from '@mantine/core'

interface Props extends Omit<NumberInputProps, 'value' | 'onChange' | 'onBlur'> {
  value: number
  /** Told every number that is written; null while what is written is none. */
  onFigure: (value: number | null) => void
}

/** What is written as a number, or null: "1." is one on its way to "1.5", "" and "-" are none. */
export function figureOf(written: string | number): number | null {
  if (typeof written === 'number') return written
  const text = written.trim()
  return text === '' || !Number.isFinite(Number(text)) ? null : Number(text)
}

/** A field for a number that leaves alone what is being typed; left unfinished, it is as before. */
export function Figure({ value, onFigure, ...others }: Props) {
  const [written, setWritten] = useState<string | number | null>(null)
  const isNone = written !== null && figureOf(written) === null
  const shown = written !== null && (isNone || figureOf(written) === value) ? written : value
  return (
    <NumberInput
      hideControls
      {...others}
      value={shown}
      aria-invalid={isNone}
      onChange={(now) => {
        setWritten(now)
        onFigure(figureOf(now))
      }}
      onBlur={() => {
        setWritten(null)
        if (isNone) onFigure(value)
      }}
    />
  )
}
