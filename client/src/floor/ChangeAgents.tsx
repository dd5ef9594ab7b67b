import { type FormEvent, useState } from 'react'

import { Button, Checkbox, Group, Modal, NativeSelect, NumberInput, Stack, Text } from '@mantine/core'

import type { AgentRow, Me } from '../generated/console'
import { useAct } from '../kit/acting'
import { server } from '../server'
import { useStore } from '../store'
import { useWords } from '../words/words'
import { lastingOf, SPAN, SpanFields } from './ChangeFields'
import { shut, useChanging } from './changing'

/** Queues, skills and capacity of one agent or of many, for a while. */
export function ChangeAgents({ me }: { me: Me }) {
  const names = useChanging((s) => s.agents)
  const agents = useStore((s) => s.agents)
  const { t } = useWords()
  const chosen = (names ?? []).flatMap((name) => agents.get(name) ?? [])
  const called =
    chosen.length === 1 ? (chosen[0]?.name ?? '') : t('change.many', { count: chosen.length })
  return (
    <Modal
      opened={names !== null}
      onClose={shut}
      title={t('change.title', { names: called })}
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {names !== null && <Form key={names.join(' ')} me={me} chosen={chosen} called={called} />}
    </Modal>
  )
}

type Wish = '' | 'join' | 'leave'
interface Skill {
  level: number | null
  without: boolean
}

function Form({ me, chosen, called }: { me: Me; chosen: readonly AgentRow[]; called: string }) {
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  const act = useAct()
  const [wishes, setWishes] = useState<Record<string, Wish>>({})
  const [skills, setSkills] = useState<Record<string, Skill>>({})
  const [capacity, setCapacity] = useState<number | null>(null)
  const [span, setSpan] = useState(SPAN)
  const wished = (wish: Wish) => Object.keys(wishes).filter((queue) => wishes[queue] === wish)
  const levels = Object.fromEntries(
    Object.entries(skills).flatMap(([skill, { level, without }]) =>
      without ? [[skill, -1]] : level === null ? [] : [[skill, level]],
    ),
  )
  const says =
    wished('join').length + wished('leave').length + Object.keys(levels).length > 0 ||
    capacity !== null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const body = {
      agents: chosen.map((agent) => agent.agent),
      why: span.why.trim(),
      ...lastingOf(span),
      join: wished('join'),
      leave: wished('leave'),
      skills: levels,
      capacity,
    }
    act(t('change.title', { names: called }), server.changeAgents(body))
    shut()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t('change.note')}</Text>
        <fieldset className="fields">
          <legend>{t('change.queues')}</legend>
          {[...queues.values()].map((queue) => (
            <NativeSelect
              key={queue.queue}
              size="xs"
              label={queue.label}
              value={wishes[queue.queue] ?? ''}
              onChange={(event) => {
                const wish = event.currentTarget.value as Wish
                setWishes((was) => ({ ...was, [queue.queue]: wish }))
              }}
              data={[
                { value: '', label: `${t('change.stay')}${servedBy(chosen, queue.queue)}` },
                { value: 'join', label: t('change.join') },
                { value: 'leave', label: t('change.leave') },
              ]}
            />
          ))}
        </fieldset>
        <fieldset className="fields">
          <legend>{t('change.skills')}</legend>
          {me.skills.map((skill) => (
            <SkillField
              key={skill.code}
              label={skill.label}
              now={levelsNow(chosen, skill.code)}
              skill={skills[skill.code] ?? { level: null, without: false }}
              set={(to) => setSkills((was) => ({ ...was, [skill.code]: to }))}
            />
          ))}
          <NumberInput
            size="xs"
            label={t('change.capacity')}
            min={1}
            max={1000}
            hideControls
            value={capacity ?? ''}
            placeholder={[...new Set(chosen.map((agent) => agent.capacity))].join(', ')}
            onChange={(value) => setCapacity(typeof value === 'number' ? value : null)}
          />
        </fieldset>
        <SpanFields span={span} set={setSpan} shifts />
        <Group justify="flex-end">
          <Button variant="default" onClick={shut}>
            {t('cancel')}
          </Button>
          <Button type="submit" disabled={!says || span.why.trim() === ''}>
            {t('change.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function SkillField(props: {
  label: string
  now: string
  skill: Skill
  set: (skill: Skill) => void
}) {
  const { label, now, skill, set } = props
  const { t } = useWords()
  return (
    <div className="skill">
      <NumberInput
        size="xs"
        label={label}
        aria-label={t('change.skill', { skill: label })}
        min={0}
        max={100}
        hideControls
        disabled={skill.without}
        placeholder={now}
        value={skill.level ?? ''}
        onChange={(value) => set({ ...skill, level: typeof value === 'number' ? value : null })}
      />
      <Checkbox
        size="xs"
        label={t('change.without', { skill: label })}
        checked={skill.without}
        onChange={(event) => set({ ...skill, without: event.currentTarget.checked })}
      />
    </div>
  )
}

function servedBy(chosen: readonly AgentRow[], queue: string): string {
  const count = chosen.filter((agent) => agent.queues.includes(queue)).length
  return chosen.length === 1 ? (count === 1 ? ' ✓' : '') : ` (${count}/${chosen.length})`
}

function levelsNow(chosen: readonly AgentRow[], skill: string): string {
  const found = [...new Set(chosen.map((agent) => agent.skills[skill] ?? '–'))]
  return found.slice(0, 3).join(', ')
}
