import type { Consult } from '../generated/desk'
import { Keypad } from '../kit/Keypad'
import { useWords, type Words } from '../words/desk'
import { ACTS, sendKey } from './acts'
import { Do } from './Do'
import { readable } from './format'
import { useDesk, useModel } from './store'
import { Whom } from './Whom'

const nameOf = (to: string): string => to.replace(/^(agent|queue|number):/, '')

function consultWords(consult: Consult | null, over: Consult | null, { t, maybe }: Words): string {
  if (consult !== null && consult.state !== 'ended') {
    return t(`consult.${consult.state}`, { who: nameOf(consult.to) })
  }
  if (over === null) return ''
  const reason = over.reason ?? ''
  return `${nameOf(over.to)}: ${maybe(`over.${reason}`, readable(reason).toLowerCase())}`
}

/** With the caller: muting, passing on, asking others, parking, pausing the recording. */
export function Talk() {
  const model = useModel()
  const words = useWords()
  const whom = useDesk((s) => s.whom)
  const pad = useDesk((s) => s.pad)
  const { t } = words
  const { call } = model
  if (call === null || !ACTS.mute.can(model)) return null
  const isPaused = call.recording?.paused ?? false
  const consulting = consultWords(call.consult ?? null, call.consultOver ?? null, words)
  return (
    <div className="talk" id="talk" role="group" aria-label={t('with_caller')}>
      <Do act="mute" size="sm" pressed={call.muted ?? false}>
        <span id="mute-word">{t(call.muted ? 'mute.back' : 'mute')}</span>
      </Do>
      <Do act="transfer" size="sm" expanded={whom === 'transfer'} controls="whom">
        {t('transfer')}
      </Do>
      <Do act="consult" size="sm" expanded={whom === 'consult'} controls="whom">
        {t('consult')}
      </Do>
      <Do act="requeue" size="sm">
        {t('requeue')}
      </Do>
      <Do act="park" size="sm">
        {t('park')}
      </Do>
      <Do act="keypad" size="sm" expanded={pad !== null} controls="keypad-pad">
        {t('keypad')}
      </Do>
      <Do act="record" size="sm" pressed={isPaused}>
        <span id="record-word">{t(isPaused ? 'record.again' : 'record')}</span>
      </Do>
      <span id="consulting" className="consulting" role="status">
        {consulting}
      </span>
      <Do act="complete" size="sm">
        {t('complete')}
      </Do>
      <Do act="swap" size="sm">
        {t('swap')}
      </Do>
      <Do act="conference" size="sm">
        {t('conference')}
      </Do>
      <Do act="back" size="sm">
        {t('back')}
      </Do>
      {whom !== null && <Whom key={call.call} what={whom} call={call.call} />}
      {pad !== null && <Pad sent={pad.sent} isLost={pad.isLost} />}
    </div>
  )
}

function Pad({ sent, isLost }: { sent: number; isLost: boolean }) {
  const { t, many } = useWords()
  const said = sent === 0 ? t('keypad.hint') : many('keypad.sent', sent)
  return (
    <Keypad
      id="keypad-pad"
      label={t('keypad')}
      said={isLost ? t('keypad.lost') : said}
      press={(key) => void sendKey(key)}
    />
  )
}
