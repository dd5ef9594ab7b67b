import { Slider } from '@mantine/core'

import { useWords } from '../words/words'
import { useFigures } from './states'

const LEAST = 5
const MOST = 50

/** From agents kept free to as busy as the abandonment that is aimed at allows. */
export function Eager(props: {
  keepFree: number
  target: number
  agents: number
  onKeep: (agents: number) => void
}) {
  const { keepFree, target, agents, onKeep } = props
  const { t } = useWords()
  const { percent } = useFigures()
  const most = Math.max(LEAST, Math.min(agents, MOST), keepFree)
  const says =
    keepFree === 0
      ? t('campaigns.eager.all', { target: percent(target) })
      : t('campaigns.eager.keep', { n: keepFree })
  return (
    <div className="eager">
      <span id="eager-label">{t('campaigns.eager')}</span>
      <Slider
        id="pacing-eager"
        min={-most}
        max={0}
        step={1}
        value={-keepFree}
        label={null}
        thumbProps={{ 'aria-labelledby': 'eager-label', 'aria-valuetext': says }}
        onChange={(value) => onKeep(value === 0 ? 0 : -value)}
      />
      <output htmlFor="pacing-eager">{says}</output>
    </div>
  )
}
