import { Textarea } from '@mantine/core'

import { useWords, type Words } from '../words/desk'
import { useKeyOf } from './bindings'
import { Ending } from './Ending'
import type { Mode } from './model'
import { notes, useDesk } from './store'
import type { Saving } from './notes'

function savingWords(state: Saving, { t, problem }: Words): string {
  switch (state.kind) {
    case 'none':
      return ''
    case 'saving':
      return '…'
    case 'saved':
      return t('notes.saved')
    case 'unsaved':
      return t('notes.unsaved', { why: problem(state.problem) })
  }
}

/** What comes of the call: notes as they are typed, and how it ended. */
export function Work({ mode }: { mode: Mode }) {
  const kept = useDesk((s) => s.notes)
  const words = useWords()
  const { t } = words
  const key = useKeyOf('notes').toUpperCase()
  return (
    <section className="card work" id="work">
      <h3>
        <label htmlFor="notes">{t('notes')}</label>{' '}
        <span id="notes-state" className="soft" role="status">
          {savingWords(kept.state, words)}
        </span>
      </h3>
      <Textarea
        id="notes"
        rows={6}
        maxLength={10_000}
        placeholder={t('notes.hint', { key })}
        value={kept.text}
        onChange={(event) => notes.typed(event.currentTarget.value)}
      />
      <Ending mode={mode} />
    </section>
  )
}
