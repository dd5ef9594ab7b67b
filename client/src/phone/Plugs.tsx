import { Button, NativeSelect, Switch } from '@mantine/core'

import { useWords } from '../words/words'
import { phone, usePhone } from './store'

/** Which of what is plugged in is used. */
export function Plugs() {
  const { t } = useWords()
  const devices = usePhone((s) => s.devices)
  const { microphones, speakers } = usePhone((s) => s.plugged)
  const choices = (known: MediaDeviceInfo[]) => [
    { value: '', label: t('phone.usual') },
    ...known.map((one, at) => ({ value: one.deviceId, label: one.label || `${at + 1}` })),
  ]
  return (
    <details className="phone-plugs">
      <summary>{t('phone.devices')}</summary>
      <NativeSelect
        label={t('phone.microphone')}
        data={choices(microphones)}
        value={devices.microphone}
        onChange={(event) => void phone.use({ microphone: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('phone.speaker')}
        data={choices(speakers)}
        value={devices.speaker}
        onChange={(event) => void phone.use({ speaker: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('phone.ringer')}
        data={choices(speakers)}
        value={devices.ringer}
        onChange={(event) => void phone.use({ ringer: event.currentTarget.value })}
      />
      <Switch
        label={t('phone.clean')}
        checked={devices.clean}
        onChange={(event) => void phone.use({ clean: event.currentTarget.checked })}
      />
      <Button size="xs" variant="default" onClick={() => void phone.tryRing()}>
        {t('phone.try_ring')}
      </Button>
    </details>
  )
}
