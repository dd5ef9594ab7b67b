import { Textarea, UnstyledButton } from '@mantine/core'

import { useWords, type Words } from '../words/desk'
import { chooseDisposition } from './acts'
import { dispositionsOf, type Mode } from './model'
import { notes, useDesk, useModel } from './store'
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
  const model = useModel()
  const kept = useDesk((s) => s.notes)
  const words = useWords()
  const { t } = words
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
        placeholder={t('notes.hint')}
        value={kept.text}
        onChange={(event) => notes.typed(event.currentTarget.value)}
      />
      <h3 id="end-title">
        {t('end')}{' '}
        <span id="disposition-hint" className="soft">
          {t(mode === 'wrap' ? 'end.wrap' : 'end.talk')}
        </span>
      </h3>
      <div id="dispositions" className="dispositions" role="group" aria-labelledby="end-title">
        {dispositionsOf(model).map(({ code, label }, index) => (
          <UnstyledButton
            key={code}
            className="choice"
            data-code={code}
            aria-pressed={code === model.call?.disposition}
            onClick={() => chooseDisposition(code)}
          >
            {index < 9 && <kbd aria-hidden>{index + 1}</kbd>}
            <span>{label}</span>
          </UnstyledButton>
        ))}
      </div>
    </section>
  )
}
