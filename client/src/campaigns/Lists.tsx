import { type FormEvent, useEffect, useState } from 'react'

import { Alert, Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { IconListSearch } from '@tabler/icons-react'

import type { CampaignRow, LeadAhead, WhomNext } from '../generated/console'
import { useAct } from '../kit/acting'
import { RefusedError } from '../server'
import { useWords } from '../words/words'
import { dialer, type Wishes } from './api'
import { Figure } from './Figure'
import { useFigures } from './states'

interface Share {
  on: boolean
  weight: number
  filter: string
  order: string
}

type Shares = Record<string, Share>

const words = (order: string) => order.split(',').map((word) => word.trim()).filter(Boolean)

const sharesOf = (found: WhomNext): Shares =>
  Object.fromEntries(
    found.lists.map(({ list, on, weight, filter, order }) => [
      list,
      { on, weight, filter, order: order.join(', ') },
    ]),
  )

const plain = (shares: Shares) =>
  Object.fromEntries(
    Object.entries(shares).map(([list, share]) => [list, { ...share, order: words(share.order) }]),
  )

/** What differs, list by list. */
function wishesOf(now: Shares, draft: Shares): Wishes {
  const was = plain(now)
  const changed = Object.entries(plain(draft)).filter(
    ([list, share]) => JSON.stringify(share) !== JSON.stringify(was[list]),
  )
  return changed.length === 0 ? {} : { lists: Object.fromEntries(changed) }
}

/** The lists of a campaign and whom it dials next: tried first, and then changed with a reason. */
export function Lists({ row, changed }: { row: CampaignRow; changed: () => void }) {
  const { t, problem } = useWords()
  const act = useAct()
  const [found, setFound] = useState<WhomNext | null>(null)
  const [base, setBase] = useState<Shares>({})
  const [draft, setDraft] = useState<Shares>({})
  const [shown, setShown] = useState('')
  const [why, setWhy] = useState('')
  const [wrong, setWrong] = useState('')
  const [isBusy, setBusy] = useState(false)
  const set = wishesOf(base, draft)
  const isChanged = 'lists' in set
  const isShown = found !== null && shown === JSON.stringify(set)
  const told = (error: unknown) =>
    setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', '')))
  const look = (wishes: Wishes) => {
    setBusy(true)
    setWrong('')
    return dialer
      .whomNext(row.campaign, wishes)
      .then((next) => {
        setFound(next)
        setShown(JSON.stringify(wishes))
        if (!('lists' in wishes)) {
          setBase(sharesOf(next))
          setDraft(sharesOf(next))
        }
      }, told)
      .finally(() => setBusy(false))
  }
  useEffect(() => {
    if (!isChanged) void look({})
    // Asked once for each state, and whenever somebody asks: it counts whole lists.
  }, [row.campaign, row.state])
  const edit = (list: string, change: Partial<Share>) =>
    setDraft({ ...draft, [list]: { ...draft[list]!, ...change } })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void look(set)
  }
  const apply = (event: FormEvent) => {
    event.preventDefault()
    const doing = dialer
      .apply(row.campaign, set, { lists: plain(base) }, why.trim(), 0)
      .then(() => {
        setWhy('')
        return look({})
      })
    act(t('campaigns.apply'), doing.catch((error: unknown) => {
      told(error)
      throw error
    }).finally(changed))
  }
  return (
    <section className="panel lists" aria-labelledby="lists-title">
      <div className="panel-head">
        <h2 id="lists-title">{t('campaigns.lists')}</h2>
      </div>
      <form onSubmit={submit} aria-labelledby="lists-title">
        {found !== null && <Table found={found} draft={draft} edit={edit} />}
        <div className="buttons">
          <Button
            type="submit"
            id="whom-next"
            loading={isBusy}
            leftSection={<IconListSearch size={18} aria-hidden />}
          >
            {t('campaigns.lists.show')}
          </Button>
          <Button variant="default" disabled={!isChanged} onClick={() => void look({})}>
            {t('campaigns.undo')}
          </Button>
        </div>
      </form>
      <div className="outcome" role="status">
        {wrong !== '' && (
          <Alert className="alert" data-tone="bad">
            {wrong}
          </Alert>
        )}
        {found?.problems.map((line) => (
          <Alert key={line} className="alert" data-tone="bad">
            <span lang="en">{line}</span>
          </Alert>
        ))}
        {isShown && <Next next={found.next} isChanged={isChanged} />}
      </div>
      {isChanged && isShown && found.problems.length === 0 && (
        <form className="apply" onSubmit={apply}>
          <Textarea
            label={t('campaigns.reason')}
            description={t('campaigns.reason.hint')}
            id="lists-why"
            required
            maxLength={500}
            autosize
            minRows={1}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
          <Button type="submit" id="apply-lists" disabled={why.trim() === ''}>
            {t('campaigns.apply')}
          </Button>
        </form>
      )}
    </section>
  )
}

function Table(props: {
  found: WhomNext
  draft: Shares
  edit: (list: string, change: Partial<Share>) => void
}) {
  const { found, draft, edit } = props
  const { t } = useWords()
  const { number } = useFigures()
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t('campaigns.lists.list')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('campaigns.lists.list')}</th>
            <th scope="col">{t('campaigns.lists.on')}</th>
            <th scope="col">{t('campaigns.lists.weight')}</th>
            <th scope="col">{t('campaigns.lists.filter')}</th>
            <th scope="col">{t('campaigns.lists.order')}</th>
            <th scope="col">{t('campaigns.lists.due')}</th>
            <th scope="col">{t('campaigns.lists.wanted')}</th>
            <th scope="col">{t('campaigns.lists.leads')}</th>
          </tr>
        </thead>
        <tbody>
          {found.lists.map(({ list, due, wanted, leads }) => {
            const share = draft[list]
            if (share === undefined) return null
            const name = (what: string) => `${what}: ${list}`
            return (
              <tr key={list} data-list={list}>
                <th scope="row">{list}</th>
                <td>
                  <Checkbox
                    aria-label={name(t('campaigns.lists.on'))}
                    checked={share.on}
                    onChange={(event) => edit(list, { on: event.currentTarget.checked })}
                  />
                </td>
                <td className="short">
                  <Figure
                    aria-label={name(t('campaigns.lists.weight'))}
                    min={1}
                    max={100_000}
                    allowDecimal={false}
                    value={share.weight}
                    onFigure={(value) => value !== null && edit(list, { weight: value })}
                  />
                </td>
                <td>
                  <TextInput
                    aria-label={name(t('campaigns.lists.filter'))}
                    value={share.filter}
                    placeholder={t('campaigns.lists.all')}
                    onChange={(event) => edit(list, { filter: event.currentTarget.value })}
                  />
                </td>
                <td>
                  <TextInput
                    aria-label={name(t('campaigns.lists.order'))}
                    title="priority, fresh, oldest, attempts, random, best_time, field:…, -field:…"
                    value={share.order}
                    onChange={(event) => edit(list, { order: event.currentTarget.value })}
                  />
                </td>
                <td className="count">{number(due)}</td>
                <td className="count">{number(wanted)}</td>
                <td className="count">{number(leads)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Next({ next, isChanged }: { next: LeadAhead[]; isChanged: boolean }) {
  const { t } = useWords()
  if (next.length === 0) return <p className="note">{t('campaigns.lists.nobody')}</p>
  return (
    <table className="next">
      <caption>
        {t(isChanged ? 'campaigns.lists.next_changed' : 'campaigns.lists.next')}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t('campaigns.lists.lead')}</th>
          <th scope="col">{t('campaigns.lists.number')}</th>
          <th scope="col">{t('campaigns.lists.list')}</th>
          <th scope="col">{t('campaigns.lists.tried')}</th>
          <th scope="col">{t('campaigns.lists.waits')}</th>
        </tr>
      </thead>
      <tbody>
        {next.map((one) => (
          <tr key={one.lead} data-next={one.lead}>
            <th scope="row">{one.name === '' ? one.lead : one.name}</th>
            <td>{one.number}</td>
            <td>{one.list}</td>
            <td className="count">{one.tried}</td>
            <td lang={one.words.length > 0 ? 'en' : undefined}>
              {one.words.length > 0 ? one.words.join(' ') : t('campaigns.lists.ready')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
