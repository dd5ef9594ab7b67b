import { type FormEvent, useCallback, useEffect, useState } from 'react'

import {
  Button,
  Group,
  Modal,
  NativeSelect,
  NumberInput,
  Stack,
  Text,
  Textarea,
} from '@mantine/core'

import { useAct } from '../kit/acting'
import { type Form, RefusedError, type Reviewed, server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'

/** What people noted of a recording, and how it was evaluated; both go on record. */
export function Reviews(props: { recording: string; title: string; close: () => void }) {
  const { recording, title, close } = props
  const { t, problem } = useWords()
  const [found, setFound] = useState<Reviewed | null>(null)
  const [wrong, setWrong] = useState('')
  const look = useCallback(
    () =>
      void server.reviews(recording).then(setFound, (error: unknown) =>
        setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', ''))),
      ),
    // Words in another language do not ask again.
    [recording], // eslint-disable-line
  )
  useEffect(look, [look])
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {wrong !== '' && <Text role="alert">{wrong}</Text>}
      {found !== null && (
        <Stack gap="md">
          <Known found={found} />
          <Note recording={recording} look={look} />
          {found.forms.length === 0 ? (
            <Text size="sm">{t('review.no_forms')}</Text>
          ) : (
            <Evaluate recording={recording} forms={found.forms} look={look} />
          )}
        </Stack>
      )}
    </Modal>
  )
}

function Known({ found }: { found: Reviewed }) {
  const agents = useStore((s) => s.agents)
  const { t, language } = useWords()
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const
  const when = new Intl.DateTimeFormat(language, style)
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  const who = (by: string, at: number) => `${agents.get(by)?.name ?? by}, ${when.format(at)}`
  const labelOf = (form: string) => found.forms.find((one) => one.form === form)?.label ?? form
  if (found.notes.length + found.evaluations.length === 0) {
    return <Text size="sm">{t('review.none')}</Text>
  }
  return (
    <ul className="reviews">
      {found.notes.map((one) => (
        <li key={one.note}>
          {one.text} <small>{who(one.by, one.at)}</small>
        </li>
      ))}
      {found.evaluations.map((one) => (
        <li key={one.evaluation} data-evaluation={one.form}>
          <b>
            {labelOf(one.form)}: {share.format(one.score)}
          </b>{' '}
          {one.comment} <small>{who(one.by, one.at)}</small>
        </li>
      ))}
    </ul>
  )
}

function Note({ recording, look }: { recording: string; look: () => void }) {
  const { t } = useWords()
  const act = useAct()
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const doing = server.noteOf(recording, { text: text.trim() }).then(() => {
      setText('')
      look()
    })
    act(t('review.note'), doing)
  }
  return (
    <form onSubmit={submit}>
      <Textarea
        label={t('review.note')}
        autosize
        minRows={2}
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="xs">
        <Button type="submit" size="xs" variant="default" disabled={text.trim() === ''}>
          {t('review.keep')}
        </Button>
      </Group>
    </form>
  )
}

function Evaluate(props: { recording: string; forms: readonly Form[]; look: () => void }) {
  const { recording, forms, look } = props
  const { t } = useWords()
  const act = useAct()
  const [chosen, choose] = useState(forms[0]?.form ?? '')
  const [answers, setAnswers] = useState<Record<string, number>>({})
  const [comment, setComment] = useState('')
  const form = forms.find((one) => one.form === chosen)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const body = { form: chosen, answers, comment: comment.trim() }
    const doing = server.evaluate(recording, body).then(() => {
      setAnswers({})
      setComment('')
      look()
    })
    act(t('review.evaluate'), doing)
  }
  const put = (code: string, points: string | number) => {
    const { [code]: _, ...others } = answers
    setAnswers(typeof points === 'number' ? { ...others, [code]: points } : others)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <NativeSelect
          label={t('review.form')}
          value={chosen}
          data={forms.map((one) => ({ value: one.form, label: one.label }))}
          onChange={(event) => {
            choose(event.currentTarget.value)
            setAnswers({})
          }}
        />
        {form?.questions.map(({ code, ask, most }) => (
          <NumberInput
            key={`${chosen} ${code}`}
            label={ask}
            description={t('review.points', { most })}
            min={0}
            max={most}
            allowDecimal={false}
            clampBehavior="strict"
            hideControls
            value={answers[code] ?? ''}
            onChange={(points) => put(code, points)}
          />
        ))}
        <Textarea
          label={t('review.comment')}
          autosize
          maxLength={2000}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" size="xs" disabled={Object.keys(answers).length === 0}>
            {t('review.evaluate')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
