import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'

import { Button, NativeSelect, TextInput, UnstyledButton } from '@mantine/core'

import type { Entry } from '../generated/desk'
import { lasting } from '../kit/lasting'
import { type Key, useWords, type Words } from '../words/desk'
import { closeWhom } from './acts'
import { useNow } from './clock'
import { useSearch } from './searching'
import { ask, useModel, wish } from './store'

type Kind = 'agent' | 'queue' | 'number'

const KINDS: readonly Kind[] = ['agent', 'queue', 'number']
const HINTS: Record<Kind, Key | null> = {
  agent: 'whom.agent.hint',
  queue: 'whom.queue.hint',
  number: null,
}
const NUMBER_HINT = '+14155550123'
/** The directory is told anew for as long as somebody looks at it. */
function useDirectory(name: string): void {
  useSearch(name, (search) => ask({ t: 'cmd.directory', d: { open: true, search } }))
  useEffect(() => () => void ask({ t: 'cmd.directory', d: { open: false } }), [])
}

function detailOf(entry: Entry, now: number, { t, maybe }: Words): string {
  const said = [
    entry.work ? maybe(`does.${entry.work}`, entry.work) : t(`is.${entry.state}`),
    entry.queue,
    entry.reason,
  ]
  if (entry.to.startsWith('queue:')) {
    said.push(t('found.free', { free: entry.free ?? 0 }))
    said.push(t('found.waiting', { waiting: entry.waiting ?? 0 }))
  } else if (entry.since && entry.state !== 'away') said.push(lasting(now - entry.since))
  return said.filter(Boolean).join(' · ')
}

/** Asks for whom a call is passed on to, or who is asked; says who is free. */
export function Whom({ what, call }: { what: 'transfer' | 'consult'; call: string }) {
  const { t } = useWords()
  const [kind, setKind] = useState<Kind>('agent')
  const [name, setName] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const go = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => field.current?.focus(), [what])
  useDirectory(name)
  const hint = HINTS[kind]

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const d = { to: `${kind}:${name.trim()}` }
    const refused =
      what === 'transfer'
        ? await wish({ t: 'cmd.transfer', call, d })
        : await wish({ t: 'cmd.consult', call, d })
    if (refused === null) closeWhom()
  }
  const choose = (to: string) => {
    const [chosen, id] = to.split(':')
    setKind(chosen as Kind)
    setName(id ?? '')
    go.current?.focus()
  }
  const down = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return
    list.current?.querySelector('button')?.focus()
    event.preventDefault()
  }

  return (
    <form id="whom" className="whom" onSubmit={(event) => void submit(event)}>
      <NativeSelect
        id="whom-kind"
        aria-label={t('whom.kind')}
        value={kind}
        data={KINDS.map((value) => ({ value, label: t(`whom.${value}`) }))}
        onChange={(event) => setKind(event.currentTarget.value as Kind)}
      />
      <TextInput
        id="whom-name"
        ref={field}
        className="whom-name"
        aria-label={t('whom')}
        required
        maxLength={120}
        autoComplete="off"
        spellCheck={false}
        placeholder={hint === null ? NUMBER_HINT : t(hint)}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={down}
      />
      <Button id="whom-go" ref={go} type="submit" variant="primary" size="sm">
        {t(what === 'transfer' ? 'whom.pass' : 'whom.call')}
      </Button>
      <Button id="whom-cancel" variant="plain" size="sm" onClick={closeWhom}>
        {t('cancel')}
      </Button>
      {kind !== 'number' && <Found list={list} field={field} choose={choose} />}
    </form>
  )
}

interface FoundProps {
  list: React.RefObject<HTMLUListElement | null>
  field: React.RefObject<HTMLInputElement | null>
  choose: (to: string) => void
}

/** Who was found, whoever is free first; live, and walked through by arrows. */
function Found({ list, field, choose }: FoundProps) {
  const { directory } = useModel()
  const words = useWords()
  const { t } = words
  const now = useNow()
  if (directory === null) return null
  const { entries, more = 0 } = directory
  const walk = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const item = (event.target as HTMLElement).closest('li')
    const next = event.key === 'ArrowDown' ? item?.nextElementSibling : item?.previousElementSibling
    const aim = next?.querySelector('button') ?? field.current
    aim?.focus()
    event.preventDefault()
  }
  const told = more > 0 ? t('found.more', { more }) : entries.length > 0 ? '' : t('found.none')
  return (
    <>
      <ul id="whom-found" ref={list} className="found-list" aria-label={t('found')} onKeyDown={walk}>
        {entries.map((entry) => (
          <li key={entry.to}>
            <UnstyledButton
              className="found"
              data-to={entry.to}
              data-state={entry.state}
              onClick={() => choose(entry.to)}
            >
              <i className="found-lamp" aria-hidden />
              <strong>{entry.name}</strong>
              <span className="soft">{detailOf(entry, now, words)}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <span id="whom-more" className="soft" role="status">
        {told}
      </span>
    </>
  )
}
