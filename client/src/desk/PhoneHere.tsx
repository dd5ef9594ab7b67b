import { useEffect } from 'react'

import { Softphone } from '../phone/Softphone'
import { phone, usePhone } from '../phone/store'
import { ACTS } from './acts'
import { modeOf } from './model'
import { current, useDesk, useModel, wish } from './store'

/** Let the desk's key and button answer the phone on this page, also when it rings a moment later. */
function useHandset(): void {
  const link = usePhone((s) => s.link)
  const rings = usePhone((s) => s.call?.state === 'ringing')
  const isOffered = modeOf(useModel()) === 'ring'
  const isWanted = useDesk((s) => s.isAnswerWanted)
  useEffect(() => {
    useDesk.setState({ phone: link === 'ready' ? 'here' : link === 'busy' ? 'beside' : 'none' })
  }, [link])
  useEffect(() => () => useDesk.setState({ phone: 'none', isAnswerWanted: false }), [])
  useEffect(() => {
    if (!isWanted) return
    if (!isOffered) useDesk.setState({ isAnswerWanted: false })
    else if (rings) void phone.answer()
  }, [isOffered, isWanted, rings])
}

/** The phone beside the desk: what the desk can do, the desk does, so that they never disagree. */
export default function PhoneHere() {
  const model = useModel()
  useHandset()
  const isInCall = ACTS.mute.can(model)
  const call = () => current().call?.call ?? ''
  return (
    <div className="phone-card">
      <Softphone
        {...(isInCall && {
          muted: model.call?.muted ?? false,
          onMute: (on: boolean) => void wish({ t: 'cmd.mute', call: call(), d: { on } }),
          onKeys: (digits: string) => void wish({ t: 'cmd.digits', call: call(), d: { digits } }),
          onHangUp: () => void wish({ t: 'cmd.hangup', call: call() }),
        })}
      />
    </div>
  )
}
