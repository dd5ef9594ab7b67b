import { type FormEvent, useState } from 'react'

import { Alert, Button, NativeSelect, Textarea } from '@mantine/core'
import { IconChartHistogram } from '@tabler/icons-react'

import type { CampaignRow, ForecastPair, Pacing } from '../generated/console'
import { useAct } from '../kit/acting'
import { RefusedError } from '../server'
import { useWords } from '../words/words'
import { dialer, type Wishes } from './api'
import { Eager } from './Eager'
import { Figure } from './Figure'
import { Forecast } from './Forecast'

const MODES = ['progressive', 'power', 'ratio', 'predictive', 'preview', 'manual'] as const
/** A campaign without agents is one for good, and the others never become one. */
const ALONE = ['agentless'] as const
const FORECAST: readonly string[] = ['progressive', 'power', 'ratio', 'predictive']
/** Shares are written as percent; what has to do with agents is none of a flow's that talks. */
const NUMBERS = [
  { name: 'target', min: 0, max: 10, decimals: 2, share: true, agents: true },
  { name: 'target_early', min: 0, max: 10, decimals: 2, share: true, agents: true },
  { name: 'predictive_from', min: 0, max: 1_000, decimals: 0, share: false, agents: true },
  { name: 'inbound_weight', min: 0, max: 5, decimals: 2, share: false, agents: true },
  { name: 'ratio', min: 1, max: 15, decimals: 2, share: false, agents: true },
  { name: 'lines_per_agent', min: 0.1, max: 50, decimals: 2, share: false, agents: true },
  { name: 'lines', min: 0, max: 100_000, decimals: 0, share: false, agents: false },
  { name: 'trunk_share', min: 1, max: 100, decimals: 0, share: true, agents: false },
  { name: 'calls_per_s', min: 0, max: 1_000, decimals: 2, share: false, agents: false },
  { name: 'weight', min: 1, max: 100_000, decimals: 0, share: false, agents: false },
] as const

/** What differs from how it is. */
function wishesOf(now: Pacing, draft: Pacing): { set: Wishes; was: Wishes } {
  const names = (Object.keys(draft) as (keyof Pacing)[]).filter((n) => draft[n] !== now[n])
  return {
    set: Object.fromEntries(names.map((n) => [n, draft[n]])),
    was: Object.fromEntries(names.map((n) => [n, now[n]])),
  }
}

/** The pacing of a campaign: changed here, simulated, and then applied with a reason. */
export function PacingForm({ row, changed }: { row: CampaignRow; changed: () => void }) {
  const { t, problem } = useWords()
  const act = useAct()
  const [base, setBase] = useState(row.pacing)
  const [draft, setDraft] = useState(row.pacing)
  const [minutes, setMinutes] = useState(10)
  const [watch, setWatch] = useState(3)
  const [why, setWhy] = useState('')
  const [pair, setPair] = useState<ForecastPair | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  const [unfinished, setUnfinished] = useState<ReadonlySet<string>>(new Set())
  const { set, was } = wishesOf(base, draft)
  const isChanged = Object.keys(set).length > 0
  const isMeanwhile = JSON.stringify(base) !== JSON.stringify(row.pacing)
  if (isMeanwhile && !isChanged) {
    setBase(row.pacing)
    setDraft(row.pacing)
  }
  const edit = (change: Partial<Pacing>) => {
    setDraft({ ...draft, ...change })
    setPair(null)
    setWrong('')
  }
  const back = () => {
    setBase(row.pacing)
    setDraft(row.pacing)
    setPair(null)
    setWrong('')
  }
  const told = (error: unknown) =>
    setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', '')))
  const simulate = (event: FormEvent) => {
    event.preventDefault()
    if (!isReady) return
    setBusy(true)
    setPair(null)
    setWrong('')
    dialer
      .simulate(row.campaign, set, minutes)
      .then(setPair, told)
      .finally(() => setBusy(false))
  }
  const apply = (event: FormEvent) => {
    event.preventDefault()
    const doing = dialer.apply(row.campaign, set, was, why.trim(), watch).then(() => {
      setBase(draft)
      setPair(null)
      setWhy('')
    })
    act(t('campaigns.apply'), doing.catch((error: unknown) => {
      told(error)
      throw error
    }).finally(changed))
  }
  const isAlone = row.mode === 'agentless'
  const isForecast = FORECAST.includes(draft.mode)
  const take = (name: string, value: number | null, act: (value: number) => void) => {
    const left = new Set(unfinished)
    if (value === null) left.add(name)
    else left.delete(name)
    setUnfinished(left)
    if (value !== null) act(value)
  }
  const isReady = isChanged && unfinished.size === 0
  return (
    <section className="panel pacing" aria-labelledby="pacing-title">
      <div className="panel-head">
        <h2 id="pacing-title">{t('campaigns.pacing')}</h2>
      </div>
      <form className="fields" onSubmit={simulate} aria-labelledby="pacing-title">
        <NativeSelect
          label={t('campaigns.mode')}
          id="pacing-mode"
          value={draft.mode}
          data={(isAlone ? ALONE : MODES).map((mode) => ({ value: mode, label: t(`campaigns.mode.${mode}`) }))}
          disabled={isAlone}
          onChange={(event) => edit({ mode: event.currentTarget.value })}
        />
        {!isAlone && (
          <Eager
            keepFree={draft.keep_free}
            target={draft.target}
            agents={row.now?.agents ?? 0}
            onKeep={(agents) => edit({ keep_free: agents })}
          />
        )}
        {NUMBERS.filter(({ agents }) => !(agents && isAlone)).map(({ name, min, max, decimals, share }) => (
          <Figure
            key={name}
            label={t(`campaigns.set.${name}`)}
            id={`pacing-${name}`}
            min={min}
            max={max}
            decimalScale={decimals}
            value={share ? Math.round(draft[name] * 1e4) / 100 : draft[name]}
            onFigure={(value) =>
              take(name, value, (n) => edit({ [name]: share ? Math.round(n * 100) / 1e4 : n }))
            }
          />
        ))}
        <Figure
          label={t('campaigns.minutes')}
          min={1}
          max={60}
          allowDecimal={false}
          value={minutes}
          onFigure={(value) =>
            take('minutes', value, (n) => {
              setMinutes(n)
              setPair(null)
            })
          }
        />
        <div className="buttons">
          <Button
            type="submit"
            id="simulate"
            disabled={!isReady || !isForecast || minutes < 1}
            loading={isBusy}
            leftSection={<IconChartHistogram size={18} aria-hidden />}
          >
            {t('campaigns.simulate')}
          </Button>
          <Button variant="default" disabled={!isChanged} onClick={back}>
            {t('campaigns.undo')}
          </Button>
        </div>
      </form>
      <div className="outcome" role="status">
        {isBusy && <p className="note">{t('campaigns.simulating')}</p>}
        {!isChanged && <p className="note">{t('campaigns.unchanged')}</p>}
        {isChanged && isMeanwhile && <p className="note">{t('error.changed_meanwhile')}</p>}
        {isChanged && !isForecast && <p className="note">{t('campaigns.unforecast')}</p>}
        {wrong !== '' && (
          <Alert className="alert" data-tone="bad">
            {wrong}
          </Alert>
        )}
        {pair !== null && <Forecast pair={pair} />}
      </div>
      {isChanged && (pair !== null || !isForecast) && (
        <form className="apply" onSubmit={apply}>
          <Textarea
            label={t('campaigns.reason')}
            description={t('campaigns.reason.hint')}
            id="pacing-why"
            required
            maxLength={500}
            autosize
            minRows={1}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
          <Figure
            label={t('campaigns.watch')}
            id="pacing-watch"
            min={0}
            max={30}
            value={watch}
            onFigure={(value) => take('watch', value, setWatch)}
          />
          <Button type="submit" id="apply" disabled={why.trim() === '' || !isReady}>
            {t('campaigns.apply')}
          </Button>
        </form>
      )}
    </section>
  )
}
