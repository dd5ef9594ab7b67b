import { useEffect, useState } from 'react'

import { Softphone } from '../phone/Softphone'
import { phone, usePhone } from '../phone/store'
import { ACTS } from './acts'
import { handset } from './handset'
import { modeOf } from './model'
import { current, useModel, wish } from './store'

/** Let the desk's key and button answer the phone on this page, also when it rings a moment later. */
function useHandset(): void {
  const isHere = usePhone((s) => s.link === 'ready')
  const rings = usePhone((s) => s.call?.state === 'ringing')
  const isOffered = modeOf(useModel()) === 'ring'
  const [isWanted, want] = useState(false)
  useEffect(() => {
    handset.answer = isHere ? () => want(true) : null
    return () => {
      handset.answer = null
    }
  }, [isHere])
  useEffect(() => {
    if (!isOffered) want(false)
    else if (isWanted && rings) void phone.answer()
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
