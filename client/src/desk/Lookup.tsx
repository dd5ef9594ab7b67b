import { type FormEvent, useEffect, useRef, useState } from 'react'

import { Button, UnstyledButton } from '@mantine/core'

import type { ArticleBlock, ArticleShown, ArticleSpan, KnowledgeShown } from '../generated/desk'
import { useWords } from '../words/desk'
import { LONGEST_SEARCH, useSearch } from './searching'
import { ask, current, notes, useModel } from './store'

const TAGS = { heading: 'h4', quote: 'blockquote', code: 'pre' } as const

/** Looking something up beside the call: canned texts and articles, all of it plain text. */
export function Lookup() {
  const { knowledge } = useModel()
  const { t } = useWords()
  const [words, setWords] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const found = useRef<HTMLDivElement>(null)
  const search = words.trim().slice(0, LONGEST_SEARCH)
  const look = (article: string) => ask({ t: 'cmd.knowledge', d: { open: true, search, article } })
  useEffect(() => field.current?.focus(), [])
  useSearch(words, () => look(''))
  const article = knowledge?.article ?? null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    found.current?.querySelector('button')?.focus()
  }
  const back = async () => {
    await look('')
    field.current?.focus()
  }
  return (
    <aside id="lookup" className="lookup card" aria-label={t('lookup')}>
      <form id="lookup-form" role="search" onSubmit={submit}>
        <label htmlFor="lookup-search">{t('lookup')}</label>
        <input
          id="lookup-search"
          ref={field}
          className="field"
          type="search"
          maxLength={LONGEST_SEARCH}
          autoComplete="off"
          placeholder={t('lookup.hint')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </form>
      {article !== null ? (
        <Article key={article.article} article={article} back={() => void back()} open={(to) => void look(to)} />
      ) : (
        <div id="lookup-found" ref={found}>
          {knowledge !== null && <Found knowledge={knowledge} open={(to) => void look(to)} />}
        </div>
      )}
    </aside>
  )
}

/** Add a text to the notes of the call. */
function put(text: string): void {
  if (current().call !== null) notes.typed(notes.text === '' ? text : `${notes.text}\n${text}`)
}

type Open = (article: string) => void

function Found({ knowledge, open }: { knowledge: KnowledgeShown; open: Open }) {
  const { t } = useWords()
  const { texts, found } = knowledge
  return (
    <>
      <p id="lookup-none" className="soft" role="status">
        {texts.length + found.length === 0 && t('lookup.none')}
      </p>
      <ul id="lookup-texts" className="lookup-list" aria-label={t('lookup.texts')}>
        {texts.map(({ code, title, text }) => (
          <li key={code} className="lookup-text">
            <strong>{title}</strong>
            <p>{text}</p>
            <Button variant="plain" size="xs" title={t('lookup.put.title', { title })} onClick={() => put(text)}>
              {t('lookup.put')}
            </Button>
          </li>
        ))}
      </ul>
      <ul id="lookup-hits" className="lookup-list" aria-label={t('lookup.articles')}>
        {found.map(({ article, title, snippet }) => (
          <li key={article}>
            <UnstyledButton className="lookup-hit" onClick={() => open(article)}>
              <strong>{title}</strong>
              <span className="soft">{snippet}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </>
  )
}

function Article({ article, back, open }: { article: ArticleShown; back: () => void; open: Open }) {
  const { t } = useWords()
  const here = useRef<HTMLElement>(null)
  useEffect(() => here.current?.focus(), [])
  return (
    <article id="lookup-article" ref={here} className="lookup-article" tabIndex={-1} aria-labelledby="article-title">
      <Button id="article-back" variant="plain" size="xs" onClick={back}>
        {t('lookup.back')}
      </Button>
      <h2 id="article-title">{article.title}</h2>
      <div id="article-body">
        {article.blocks.map((block, index) => (
          <Block key={index} block={block} open={open} />
        ))}
      </div>
      {article.cut && <p className="soft">{t('lookup.cut')}</p>}
    </article>
  )
}

function Block({ block, open }: { block: ArticleBlock; open: Open }) {
  const Tag = block.kind in TAGS ? TAGS[block.kind as keyof typeof TAGS] : 'p'
  const isItem = block.kind === 'item'
  return (
    <Tag className={`article-${block.kind}`} data-level={isItem ? (block.level ?? 0) : undefined}>
      {isItem && <span className="article-mark">{block.mark || '•'}</span>}
      {isItem ? (
        <span>
          <Spans spans={block.spans} open={open} />
        </span>
      ) : (
        <Spans spans={block.spans} open={open} />
      )}
    </Tag>
  )
}

function Spans({ spans, open }: { spans: ArticleSpan[]; open: Open }) {
  return spans.map((span, index) => <Span key={index} span={span} open={open} />)
}

function Span({ span: { text, kind, to = '' }, open }: { span: ArticleSpan; open: Open }) {
  switch (kind) {
    case 'link':
      return (
        <a href={to} target="_blank" rel="noopener noreferrer">
          {text}
        </a>
      )
    case 'article':
      return (
        <UnstyledButton className="quiet-link" onClick={() => open(to)}>
          {text}
        </UnstyledButton>
      )
    case 'strong':
      return <strong>{text}</strong>
    case 'emphasis':
      return <em>{text}</em>
    case 'code':
      return <code>{text}</code>
    default:
      return text
  }
}
