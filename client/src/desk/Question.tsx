import { useId } from 'react'

import type { ScriptAnswer, ScriptQuestion } from '../generated/desk'
import { useWords } from '../words/desk'
import { Line } from './Spans'

const TYPES: Readonly<Record<string, string>> = {
  int: 'number',
  float: 'number',
  date: 'date',
  email: 'email',
  phone: 'tel',
  secret: 'password',
}
const GROUPS: ReadonlySet<string> = new Set(['bool', 'choice', 'several'])

/** Whether an element is a field of text, which is sent when it is left. */
export const isLine = (element: HTMLElement): boolean =>
  element.matches('textarea, input:not([type=radio], [type=checkbox])')

/** Read the answer that stands in the form. */
export function answerOf({ name, kind }: ScriptQuestion, form: HTMLFormElement): ScriptAnswer['answer'] {
  const all = form.querySelectorAll<HTMLInputElement>('[data-question]')
  const inputs = [...all].filter((field) => field.dataset.question === name)
  const checked = inputs.filter((input) => input.checked).map((input) => input.value)
  if (kind === 'several') return checked
  if (kind === 'bool') return checked[0] === 'true'
  if (kind === 'choice') return checked[0] ?? null
  return inputs[0]?.value.trim() || null
}

interface Props {
  question: ScriptQuestion
  wrong: string
  isShut: boolean
}

/** A question of the page. Fields keep what is typed themselves, whatever else comes meanwhile. */
export function Question({ question, wrong, isShut }: Props) {
  const { t } = useWords()
  const told = useId()
  const isGroup = GROUPS.has(question.kind)
  const Row = isGroup ? 'fieldset' : 'label'
  const Title = isGroup ? 'legend' : 'span'
  return (
    <Row className="script-question" data-name={question.name} data-given={question.given}>
      <Title className="script-ask">
        <Line parts={question.ask} />
        {question.required && <span className="script-must">{t('script.needed')}</span>}
      </Title>
      {isGroup ? (
        <Choices question={question} isShut={isShut} />
      ) : (
        <Field question={question} isShut={isShut} told={told} isWrong={wrong !== ''} />
      )}
      {question.help.length > 0 && (
        <span className="soft">
          <Line parts={question.help} />
        </span>
      )}
      <span id={told} className="script-wrong" role="alert">
        {wrong}
      </span>
    </Row>
  )
}

interface FieldProps {
  question: ScriptQuestion
  isShut: boolean
  told: string
  isWrong: boolean
}

function Field({ question, isShut, told, isWrong }: FieldProps) {
  const { name, kind, answer } = question
  const shared = {
    'data-question': name,
    'aria-describedby': told,
    'aria-invalid': isWrong,
    autoComplete: 'off',
    className: 'field',
    defaultValue: answer === null || answer === undefined ? '' : String(answer),
    disabled: isShut,
  }
  if (kind === 'long') return <textarea {...shared} rows={3} />
  return (
    <input
      {...shared}
      type={TYPES[kind] ?? 'text'}
      step={kind === 'float' ? 'any' : undefined}
      inputMode={kind === 'money' ? 'decimal' : undefined}
      spellCheck={false}
    />
  )
}

function Choices({ question, isShut }: { question: ScriptQuestion; isShut: boolean }) {
  const { t } = useWords()
  const { name, kind, answer } = question
  const options =
    kind === 'bool'
      ? [
          { code: 'true', label: t('script.yes') },
          { code: 'false', label: t('script.no') },
        ]
      : question.options
  const chosen = Array.isArray(answer) ? answer : [String(answer)]
  return (
    <span className="script-options">
      {options.map(({ code, label }) => (
        <label key={code} className="script-option">
          <input
            type={kind === 'several' ? 'checkbox' : 'radio'}
            name={`script-${name}`}
            value={code}
            defaultChecked={chosen.includes(code)}
            data-question={name}
            disabled={isShut}
          />
          {label}
        </label>
      ))}
    </span>
  )
}
