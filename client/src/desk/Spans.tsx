import type { ScriptSpan } from '../generated/desk'
import { useWords } from '../words/desk'

/** Text of a script: what was filled in stands out, and what is not known is a gap. */
export function Line({ parts }: { parts: ScriptSpan[] }) {
  const { t } = useWords()
  return parts.map(({ text, kind }, index) => {
    if (kind === 'value') return <b key={index}>{text}</b>
    if (kind !== 'missing') return text
    const what = t('script.missing', { what: text })
    return (
      <span key={index} className="script-gap" role="img" title={what} aria-label={what}>
        ?
      </span>
    )
  })
}

export function Spans({ parts }: { parts: ScriptSpan[] }) {
  if (parts.length === 0) return null
  return (
    <p className="script-say">
      <Line parts={parts} />
    </p>
  )
}
