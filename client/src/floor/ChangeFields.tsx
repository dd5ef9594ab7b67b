import { NativeSelect, TextInput } from '@mantine/core'

import { type Key, useWords } from '../words/words'

const SPANS: ReadonlyArray<{ value: string; key: Key; seconds: number }> = [
  { value: '30m', key: 'change.30m', seconds: 1_800 },
  { value: '1h', key: 'change.1h', seconds: 3_600 },
  { value: '2h', key: 'change.2h', seconds: 7_200 },
  { value: '4h', key: 'change.4h', seconds: 14_400 },
  { value: 'shift', key: 'change.shift', seconds: 86_400 },
  { value: 'day', key: 'change.day', seconds: 86_400 },
]

export interface Span {
  value: string
  why: string
}
export const SPAN: Span = { value: '1h', why: '' }

/** How long it is for, as the server wants it. */
export function lastingOf(span: Span): { for_s: number; with_shift: boolean } {
  const found = SPANS.find((one) => one.value === span.value)
  return { for_s: found?.seconds ?? 3_600, with_shift: span.value === 'shift' }
}

/** Every change says for how long, and why. */
export function SpanFields(props: {
  span: Span
  set: (span: Span) => void
  shifts: boolean
}) {
  const { span, set, shifts } = props
  const { t } = useWords()
  return (
    <>
      <NativeSelect
        label={t('change.until')}
        value={span.value}
        onChange={(event) => set({ ...span, value: event.currentTarget.value })}
        data={SPANS.filter((one) => shifts || one.value !== 'shift').map(({ value, key }) => ({
          value,
          label: t(key),
        }))}
      />
      <TextInput
        label={t('change.why')}
        description={t('change.why_note')}
        required
        maxLength={200}
        value={span.why}
        onChange={(event) => set({ ...span, why: event.currentTarget.value })}
      />
    </>
  )
}
