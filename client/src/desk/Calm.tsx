import { type Key, useWords } from '../words/desk'
import { useKeyOf } from './bindings'
import type { Model } from './model'
import { useModel } from './store'

function saysOf({ state: { presence, work, outside } }: Model): [Key, Key] {
  if (work === 'wrap_up') return ['calm.wrap', 'calm.wrap.text']
  if (outside && presence === 'ready') return ['calm.outside', 'calm.outside.text']
  return [`calm.${presence}`, `calm.${presence}.text`]
}

/** The middle of the screen while there is no call. */
export function Calm() {
  const model = useModel()
  const { t } = useWords()
  const [title, text] = saysOf(model)
  const key = useKeyOf('ready').toUpperCase()
  return (
    <div id="calm" className="calm">
      <div className="calm-mark" data-look={model.state.presence} aria-hidden />
      <h2 id="calm-title">{t(title)}</h2>
      <p className="soft">{t(text, { key })}</p>
    </div>
  )
}
