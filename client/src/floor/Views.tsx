import { type FormEvent, useEffect, useState } from 'react'

import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'

import { sure, useAct } from '../kit/acting'
import { server } from '../server'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'
import { change, EVERYTHING, FACTS, findViews, showView, type Spec, useViewing } from './viewing'

/** Which view of the floor is shown, and what saves and changes them. */
export function Views() {
  const { views, view } = useViewing()
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => void findViews(), [])
  const mine = views.filter((one) => one.mine)
  const others = views.filter((one) => !one.mine)
  const option = ({ view: value, name }: { view: string; name: string }) => ({ value, label: name })
  return (
    <div className="views">
      <label htmlFor="view">{t('view')}</label>
      <NativeSelect
        id="view"
        size="xs"
        value={view}
        onChange={(event) => showView(event.currentTarget.value)}
        data={[
          { value: '', label: t('view.everything') },
          ...(mine.length > 0 ? [{ group: t('view.mine'), items: mine.map(option) }] : []),
          ...(others.length > 0 ? [{ group: t('view.others'), items: others.map(option) }] : []),
        ]}
      />
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        {t('view.edit')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        size="lg"
        title={t('view.title')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {isOpen && <Form close={() => setOpen(false)} />}
      </Modal>
    </div>
  )
}

/** Tiles, what is on them, a name, and who shares it. Who is shown and in which order is as it stands. */
function Form({ close }: { close: () => void }) {
  const { views, view, spec } = useViewing()
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  const act = useAct()
  const known = views.find((one) => one.view === view && one.mine)
  const [name, setName] = useState(known?.name ?? '')
  const [shared, setShared] = useState(known?.shared ?? '')
  const [made, setMade] = useState<Spec>(spec)
  const save = (into: string | null) => {
    const body = { name: name.trim(), shared, spec: made }
    const doing = (into === null ? server.makeView(body) : server.changeView(into, body)).then(
      async (done) => {
        await findViews()
        showView(done.view)
      },
    )
    act(`${t('view.save')}: ${body.name}`, doing)
    close()
  }
  const remove = (one: { view: string; name: string }) =>
    sure(t('view.sure', { name: one.name }), t('view.delete'), () => {
      const doing = server.deleteView(one.view).then(async () => {
        showView('')
        await findViews()
      })
      act(`${t('view.delete')}: ${one.name}`, doing)
      close()
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save(known?.view ?? null)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('view.name')}
          data-autofocus
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Tiles spec={made} set={setMade} />
        <Text size="sm">{t('view.note')}</Text>
        <NativeSelect
          label={t('view.shared')}
          value={shared}
          onChange={(event) => setShared(event.currentTarget.value)}
          data={[
            { value: '', label: t('view.alone') },
            { value: 'all', label: t('view.all') },
            ...[...queues.values()].map((one) => ({
              value: one.queue,
              label: t('view.team', { queue: one.label }),
            })),
          ]}
        />
        <Group justify="flex-end">
          {known !== undefined && (
            <>
              <Button variant="default" className="hurts" onClick={() => remove(known)}>
                {t('view.delete')}
              </Button>
              <Button variant="default" disabled={name.trim() === ''} onClick={() => save(null)}>
                {t('view.save_as')}
              </Button>
            </>
          )}
          <Button
            variant="default"
            onClick={() => {
              change(made)
              close()
            }}
          >
            {t('view.once')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''}>
            {t('view.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Tiles({ spec, set }: { spec: Spec; set: (spec: Spec) => void }) {
  const queues = useStore((s) => s.queues)
  const { t } = useWords()
  const all = [...queues.keys()]
  const chosen = spec.queues.length === 0 ? all : spec.queues.filter((one) => queues.has(one))
  const rest = all.filter((one) => !chosen.includes(one))
  // None chosen is all of them, also those that come later.
  const put = (next: string[]) =>
    set({ ...spec, queues: next.join() === all.join() ? [] : next })
  const up = (index: number) => {
    const next = [...chosen]
    const [one] = next.splice(index, 1)
    if (one !== undefined) next.splice(index - 1, 0, one)
    put(next)
  }
  const label = (queue: string) => queues.get(queue)?.label ?? queue
  return (
    <div className="view-parts">
      <fieldset>
        <legend>{t('view.tiles')}</legend>
        {[...chosen, ...rest].map((queue, index) => {
          const isOn = index < chosen.length
          return (
            <span key={queue} className="view-tile" data-tile={queue}>
              <Checkbox
                size="xs"
                label={label(queue)}
                checked={isOn}
                disabled={isOn && chosen.length === 1}
                onChange={() =>
                  put(isOn ? chosen.filter((one) => one !== queue) : [...chosen, queue])
                }
              />
              <Button
                size="compact-xs"
                variant="default"
                disabled={!isOn || index === 0}
                aria-label={t('view.up', { queue: label(queue) })}
                onClick={() => up(index)}
              >
                <IconArrowUp size={14} aria-hidden />
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                disabled={!isOn || index === chosen.length - 1}
                aria-label={t('view.down', { queue: label(queue) })}
                onClick={() => up(index + 1)}
              >
                <IconArrowDown size={14} aria-hidden />
              </Button>
            </span>
          )
        })}
      </fieldset>
      <fieldset>
        <legend>{t('view.facts')}</legend>
        {FACTS.map((fact) => (
          <Checkbox
            key={fact}
            size="xs"
            label={t(`view.fact.${fact}` as Key)}
            checked={spec.facts.includes(fact)}
            onChange={() => {
              const has = spec.facts.includes(fact)
              const facts = EVERYTHING.facts.filter((one) =>
                one === fact ? !has : spec.facts.includes(one),
              )
              set({ ...spec, facts })
            }}
          />
        ))}
      </fieldset>
    </div>
  )
}
