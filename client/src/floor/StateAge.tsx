import type { AgentRow, Me } from '../generated/console'
import { useAge } from '../kit/clock'
import { lasting } from '../kit/lasting'
import { useWords } from '../words/words'
import { stateOf } from './states'

/** How long somebody has been in a state; it colours with age, as the center's file says. */
export function StateAge({ agent, me }: { agent: AgentRow; me: Me }) {
  if (agent.since === null) return <>–</>
  const state = stateOf(agent)
  const limit = me.ages.find((one) => one.state === state)
  return <Colouring since={agent.since} long={limit?.long} tooLong={limit?.too_long} />
}

function Colouring(props: {
  since: number
  long: number | undefined
  tooLong: number | undefined
}) {
  const { t } = useWords()
  const age = useAge(props.since)
  const isTooLong = props.tooLong !== undefined && age > props.tooLong
  const isLong = props.long !== undefined && age > props.long
  if (!isLong) return <span className="age">{lasting(age)}</span>
  return (
    <span className="age old" data-tone={isTooLong ? 'bad' : 'warn'}>
      {lasting(age)}
      <span className="unseen"> {t(isTooLong ? 'age.too_long' : 'age.long')}</span>
      <span aria-hidden>{isTooLong ? ' ‼' : ' !'}</span>
    </span>
  )
}
