import { useState } from 'react'

import { Button } from '@mantine/core'
import {
  IconDialpad,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhone,
  IconPhoneOff,
} from '@tabler/icons-react'

import { Age } from '../kit/clock'
import { Keypad } from '../kit/Keypad'
import { useWords } from '../words/words'
import type { PhoneCall } from './port'
import type { SoftphoneProps } from './Softphone'
import { phone } from './store'

const MOST_DOTS = 24
const SIGN = 18
/** A green, and a brown, on which white can be read. */
const ANSWER = '#1e6b32'
const MUTED = '#8f4400'

/** The call on the phone: who, how long, and what can be done with it. */
export function Call({ call, muted, onMute, onKeys, onAnswer, onHangUp }: { call: PhoneCall } & SoftphoneProps) {
  const { t } = useWords()
  const [isOpen, setOpen] = useState(false)
  const who = call.name || call.number || t('phone.unknown')
  const isMuted = muted ?? call.muted
  const rings = call.state === 'ringing'
  const mute = onMute ?? phone.mute

  return (
    <div className="phone-call" data-call={call.state}>
      <p className="phone-who" role="alert">
        {rings ? t('phone.rings', { who }) : <b>{who}</b>}
      </p>
      <p className="phone-quiet">
        {call.name !== '' && call.number !== '' && <span>{call.number} </span>}
        {call.state === 'talking' && <Age since={call.since} />}
        {call.state === 'joining' && t('phone.joining')}
      </p>
      <div className="phone-acts">
        {rings && (
          <Button
            color={ANSWER}
            leftSection={<IconPhone size={SIGN} aria-hidden />}
            onClick={onAnswer ?? phone.answer}
          >
            {t('phone.answer')}
          </Button>
        )}
        {!rings && (
          <Button
            variant={isMuted ? 'filled' : 'default'}
            color={MUTED}
            aria-pressed={isMuted}
            disabled={call.state !== 'talking'}
            leftSection={
              isMuted ? <IconMicrophoneOff size={SIGN} aria-hidden /> : <IconMicrophone size={SIGN} aria-hidden />
            }
            onClick={() => mute(!isMuted)}
          >
            {t('phone.mute')}
          </Button>
        )}
        {!rings && (
          <Button
            variant="default"
            aria-expanded={isOpen}
            disabled={call.state !== 'talking'}
            leftSection={<IconDialpad size={SIGN} aria-hidden />}
            onClick={() => setOpen(!isOpen)}
          >
            {t('phone.keys')}
          </Button>
        )}
        <Button
          color="red"
          variant="light"
          className="hurts"
          leftSection={<IconPhoneOff size={SIGN} aria-hidden />}
          onClick={rings ? phone.hangUp : (onHangUp ?? phone.hangUp)}
        >
          {t(rings ? 'phone.decline' : 'phone.hang_up')}
        </Button>
      </div>
      {isOpen && call.state === 'talking' && <Pad press={onKeys ?? phone.keys} />}
    </div>
  )
}

function Pad({ press }: { press: (key: string) => void }) {
  const { t } = useWords()
  const [sent, setSent] = useState(0)
  const hit = (key: string) => {
    press(key)
    setSent((before) => before + 1)
  }
  return <Keypad label={t('phone.keys')} said={'•'.repeat(Math.min(sent, MOST_DOTS))} press={hit} />
}
