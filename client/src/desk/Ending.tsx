import { type FormEvent, useEffect, useRef } from 'react'

import { Button, UnstyledButton } from '@mantine/core'

import type { DispositionAsk, DispositionChoice } from '../generated/desk'
import { useWords } from '../words/desk'
import { finish, itemsOf, keepTyped, leaveEnding, pick, typedBefore, useEnding } from './choosing'
import type { Mode } from './model'
import { useModel } from './store'

const TYPES: Readonly<Record<string, string>> = {
  int: 'number',
  float: 'number',
  date: 'date',
  email: 'email',
  phone: 'tel',
}
const LONGEST = 4000

/** How the call ended: chosen from a tree, with what has to be said besides. */
export function Ending({ mode }: { mode: Mode }) {
  const model = useModel()
  const { path, asking, said } = useEnding()
  const { t } = useWords()
  const plain = t(mode === 'wrap' ? 'end.wrap' : 'end.talk')
  return (
    <>
      <h3 id="end-title">
        {t('end')}{' '}
        <span id="disposition-hint" className="soft" role="status">
          {path.length > 0 ? t('end.path', { path: path.join(' / ') }) : plain}
        </span>
      </h3>
      <div id="dispositions" className="dispositions" role="group" aria-labelledby="end-title">
        {itemsOf(model, path).map((item) => (
          <UnstyledButton
            key={'one' in item ? `one:${item.one.code}` : `group:${item.group}`}
            className="choice disposition"
            data-code={'one' in item ? item.one.code : undefined}
            aria-pressed={'one' in item ? item.one.code === model.call?.disposition : undefined}
            onClick={() => pick(item)}
          >
            {item.key !== '' && <kbd aria-hidden>{item.key}</kbd>}
            <span>{'one' in item ? item.one.label : `${item.group} ›`}</span>
          </UnstyledButton>
        ))}
      </div>
      {asking !== null && <Fields key={asking.code} one={asking} />}
      <span id="ending-say" className="say" role="alert">
        {said}
      </span>
    </>
  )
}

function typedIn(form: HTMLFormElement): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const input of form.querySelectorAll<HTMLInputElement>('[data-field]')) {
    const text = input.value.trim()
    if (text !== '') fields[input.dataset.field ?? ''] = text
  }
  return fields
}

function Fields({ one }: { one: DispositionChoice }) {
  const { call } = useModel()
  const { t } = useWords()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('[data-field]')?.focus(), [])
  const typed = typedBefore(one.code)
  const known = call?.disposition === one.code ? (call.disposition_fields ?? {}) : {}
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = typedIn(event.currentTarget)
    // Keys are commands again.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    void finish(one.code, fields)
  }
  return (
    <form
      id="ending-form"
      ref={form}
      className="ending-form"
      aria-labelledby="ending-title"
      onSubmit={submit}
      onInput={(event) => keepTyped(one.code, typedIn(event.currentTarget))}
    >
      <h3 id="ending-title">{one.label}</h3>
      <div id="ending-asks" className="ending-asks">
        {one.fields?.map((ask) => (
          <label key={ask.name}>
            {ask.required ? `${ask.label} *` : ask.label}
            <Field ask={ask} value={typed[ask.name] ?? known[ask.name] ?? ''} />
          </label>
        ))}
      </div>
      <div className="pair">
        <Button type="submit" variant="primary">
          {t('end.go')}
        </Button>
        <Button id="ending-close" variant="plain" onClick={() => leaveEnding()}>
          <kbd aria-hidden>Esc</kbd> {t('end.back')}
        </Button>
      </div>
    </form>
  )
}

function Field({ ask, value }: { ask: DispositionAsk; value: string }) {
  const { t } = useWords()
  const shared = {
    className: 'field',
    'data-field': ask.name,
    required: ask.required,
    defaultValue: value,
  }
  if (ask.kind === 'choice' || ask.kind === 'bool') {
    const yesNo = [
      { code: 'yes', label: t('end.yes') },
      { code: 'no', label: t('end.no') },
    ]
    const options = ask.kind === 'bool' ? yesNo : (ask.options ?? [])
    return (
      <select {...shared}>
        {[{ code: '', label: '—' }, ...options].map(({ code, label }) => (
          <option key={code} value={code}>
            {label}
          </option>
        ))}
      </select>
    )
  }
  if (ask.kind === 'long') return <textarea {...shared} rows={3} maxLength={LONGEST} />
  return (
    <input
      {...shared}
      type={TYPES[ask.kind] ?? 'text'}
      step={ask.kind === 'float' ? 'any' : undefined}
      maxLength={LONGEST}
      autoComplete="off"
    />
  )
}
