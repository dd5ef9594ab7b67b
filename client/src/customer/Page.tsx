import { type FormEvent, useEffect, useState } from 'react'

import { Button, NativeSelect, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'

import { go, useRoute } from '../route'
import { LANGUAGES, speak } from '../words/language'
import { type Colleague, customers, type Known } from './api'
import { Part } from './Card'
import { Cases } from './Cases'
import { Deals } from './Deals'
import { type Asked, useKnown } from './known'
import { Consent, Identity, Offers, Pinned, Tasks, Worth } from './Parts'
import { TimeLine } from './TimeLine'
import { useWords } from './words'

/** A customer, whole: `/customer#ID`, with the call in hand `/customer#ID/CALL`. */
export function Page() {
  const [customer = '', call = ''] = useRoute()
  const { t, language } = useWords()
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <div className="customer-page">
      <a className="skip" href="#customer-main" onClick={toMain}>
        {t('skip')}
      </a>
      <header>
        <Search />
        <Button variant="default" size="xs" onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
          {t(isDark ? 'scheme.light' : 'scheme.dark')}
        </Button>
        <NativeSelect
          size="xs"
          aria-label={t('language')}
          data={[...LANGUAGES]}
          value={language}
          onChange={(event) => speak(event.currentTarget.value)}
        />
      </header>
      <main id="customer-main" tabIndex={-1}>
        {customer === '' ? <h1>{t('search.first')}</h1> : <Whole key={customer} customer={customer} call={call} />}
      </main>
    </div>
  )
}

function toMain(event: { preventDefault: () => void }): void {
  // The part behind # is the customer: it must not change.
  event.preventDefault()
  document.getElementById('customer-main')?.focus()
}

function Search() {
  const { t } = useWords()
  const [text, setText] = useState('')
  const [found, setFound] = useState<{ customer: string; name: string; tier: string }[] | null>(null)
  const find = (event: FormEvent) => {
    event.preventDefault()
    customers.search(text).then(
      (answer) => setFound(answer.customers),
      () => setFound([]),
    )
  }
  return (
    <form role="search" className="search" onSubmit={find}>
      <input
        id="search"
        className="field wide"
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button size="xs" type="submit">
        {t('search.find')}
      </Button>
      {found !== null && (
        <ul className="found" aria-live="polite">
          {found.length === 0 && <li className="quiet">{t('search.none')}</li>}
          {found.map((one) => (
            <li key={one.customer}>
              <Button
                size="xs"
                variant="subtle"
                onClick={() => {
                  setFound(null)
                  go(one.customer)
                }}
              >
                {[one.name, one.tier].filter(Boolean).join(' · ')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </form>
  )
}

function Whole({ customer, call }: { customer: string; call: string }) {
  const asked = useKnown(customer, call, customers.page)
  const { t, problem } = useWords()
  const { known } = asked
  useEffect(() => {
    if (known !== null) document.title = known.person.name
  }, [known])
  const status = asked.problem?.status
  return (
    <>
      {asked.problem !== null && (
        <p className="note" data-tone="bad" role="alert">
          {status === 401 ? t('sign_in') : status === 404 ? t('nobody') : problem(asked.problem)}{' '}
          {status === 401 && <a href="/">{t('to_desk')}</a>}
        </p>
      )}
      {known === null ? (
        asked.problem === null && <p className="quiet">{t('loading')}</p>
      ) : (
        <>
          <h1 id="name">{known.person.name}</h1>
          <Identity known={known} asked={asked} call={call} />
          {known.late.length > 0 && (
            <p className="note" data-tone="warn">
              {t('late.parts', { parts: known.late.join(', ') })}{' '}
              <Button size="xs" variant="default" onClick={asked.again}>
                {t('again')}
              </Button>
            </p>
          )}
          <Pinned known={known} asked={asked} call={call} />
          <div className="customer-parts" data-page>
            <Part heading="h2" title={t('person')}>
              <Person known={known} />
            </Part>
            <Part heading="h2" title={t('value')}>
              <Worth value={known.value} />
              <Surveys known={known} />
            </Part>
            <Part heading="h2" title={t('cases')} wide>
              <Cases known={known} asked={asked} call={call} />
            </Part>
            <Part heading="h2" title={t('offers')}>
              <Offers known={known} asked={asked} call={call} all />
            </Part>
            <Part heading="h2" title={t('tasks')}>
              <Tasks known={known} asked={asked} call={call} />
            </Part>
            <Deals deals={known.deals} />
            <Part heading="h2" title={t('consent')}>
              <Consent known={known} />
            </Part>
            <Part heading="h2" title={t('campaigns')}>
              <Campaigns known={known} />
            </Part>
            {known.alike !== undefined && known.alike.length > 0 && (
              <Part heading="h2" title={t('alike')}>
                <Alike known={known} asked={asked} />
              </Part>
            )}
            <Part heading="h2" title={t('line')} wide>
              <TimeLine lines={known.time_line} mayMerge={known.may_merge} asked={asked} />
            </Part>
          </div>
        </>
      )}
    </>
  )
}

function Person({ known }: { known: Known }) {
  const { t, code } = useWords()
  const { person } = known
  const { address } = person
  const lines = [address.street, [address.postcode, address.city].filter(Boolean).join(' '), address.country]
  return (
    <dl className="worth">
      <div>
        <dt>{t('person.numbers')}</dt>
        {person.numbers.map((one) => (
          <dd key={one.number}>
            {one.number} {one.shared.length > 0 && <small>{t('person.shared', { who: one.shared.join(', ') })}</small>}
          </dd>
        ))}
      </div>
      {person.emails.length > 0 && (
        <div>
          <dt>{t('person.emails')}</dt>
          {person.emails.map((one) => (
            <dd key={one}>{one}</dd>
          ))}
        </div>
      )}
      <div>
        <dt>{t('person.address')}</dt>
        <dd>{lines.filter(Boolean).join(', ') || '—'}</dd>
      </div>
      {(person.tier !== '' || person.language !== '') && (
        <div>
          <dt>{t('person.tier')}</dt>
          <dd>{[person.tier, person.language.toUpperCase()].filter(Boolean).join(' · ')}</dd>
        </div>
      )}
      {person.organisation !== null && (
        <div>
          <dt>{t('person.organisation')}</dt>
          <dd>{[person.role, person.organisation.name].filter(Boolean).join(', ')}</dd>
        </div>
      )}
      {(person.above.length > 0 || person.below.length > 0) && (
        <div>
          <dt>{t('person.chart')}</dt>
          <dd>
            <Chart above={person.above} name={person.name} below={person.below} />
          </dd>
        </div>
      )}
      {person.partner !== null && (
        <div>
          <dt>{code('organisation', person.partner.kind)}</dt>
          <dd>{person.partner.name}</dd>
        </div>
      )}
      {person.note !== '' && (
        <div>
          <dt>{t('person.note')}</dt>
          <dd>{person.note}</dd>
        </div>
      )}
    </dl>
  )
}

/** Who reports to whom, from the top down. */
function Chart({ above, name, below }: { above: Colleague[]; name: string; below: Colleague[] }) {
  const [top, ...rest] = [...above].reverse()
  if (top === undefined) {
    return (
      <ul className="chart">
        <li>
          <strong>{name}</strong>
          {below.length > 0 && (
            <ul>
              {below.map((one) => (
                <li key={one.customer}>
                  <Somebody one={one} />
                </li>
              ))}
            </ul>
          )}
        </li>
      </ul>
    )
  }
  return (
    <ul className="chart">
      <li>
        <Somebody one={top} />
        <Chart above={[...rest].reverse()} name={name} below={below} />
      </li>
    </ul>
  )
}

const Somebody = ({ one }: { one: Colleague }) => (
  <>
    <a href={`#${encodeURIComponent(one.customer)}`}>{one.name}</a> <small>{one.role}</small>
  </>
)

function Surveys({ known }: { known: Known }) {
  const { t, day } = useWords()
  if (known.surveys === undefined || known.surveys.length === 0) return null
  return (
    <ul className="lines">
      {known.surveys.map((one) => (
        <li key={`${one.survey}/${one.question}`}>
          {t('surveys.last', { question: one.question.replaceAll('_', ' '), value: one.value })} <small>{day(one.at)}</small>
        </li>
      ))}
    </ul>
  )
}

function Campaigns({ known }: { known: Known }) {
  const { t, day } = useWords()
  const told = known.campaigns
  if (told === undefined) return <p className="quiet">{t('late')}</p>
  if (told.lists.length === 0 && told.responses.length === 0) return <p className="quiet">{t('campaigns.none')}</p>
  return (
    <>
      <p className="chips">
        {told.lists.map((one) => (
          <span key={one.list} className="chip" data-tone="calm">
            {one.label || one.list}
          </span>
        ))}
      </p>
      <ul className="lines">
        {told.responses.map((one) => (
          <li key={one.ref}>
            {one.what}: {one.how} <small>{day(one.at)}</small>
          </li>
        ))}
      </ul>
    </>
  )
}

function Alike({ known, asked }: { known: Known; asked: Asked }) {
  const { t, code } = useWords()
  const [gone, setGone] = useState('')
  const merge = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const why = String(new FormData(event.currentTarget).get('why') ?? '')
    if (await asked.act(() => customers.merge(known.customer, gone, why))) setGone('')
  }
  return (
    <ul className="lines" id="alike">
      {known.alike?.map((one) => (
        <li key={one.customer}>
          <span>
            <a href={`#${encodeURIComponent(one.customer)}`}>{one.name}</a> <small>{code('alike', one.why)}</small>
          </span>
          {known.may_merge && gone !== one.customer && (
            <Button size="compact-xs" variant="default" onClick={() => setGone(one.customer)}>
              {t('merge')}
            </Button>
          )}
          {gone === one.customer && (
            <form className="row" onSubmit={(event) => void merge(event)}>
              <input className="field" name="why" required maxLength={500} aria-label={t('merge.why')} placeholder={t('merge.why')} autoFocus />
              <Button size="compact-xs" type="submit">
                {t('merge.do')}
              </Button>
            </form>
          )}
        </li>
      ))}
    </ul>
  )
}
