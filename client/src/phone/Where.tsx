import { type FormEvent, useState } from 'react'

import { Button, Group, SegmentedControl, TextInput } from '@mantine/core'

import type { PhoneState } from '../generated/phone'
import { type Key, useWords } from '../words/words'
import { phone } from './store'

const WAYS: Record<PhoneState['way'], Key> = {
  browser: 'phone.way.browser',
  desk: 'phone.way.desk',
  outside: 'phone.way.outside',
}

/** Where the phone is: in this browser, on the desk, or a number outside. */
export function Where({ place, busy }: { place: PhoneState; busy: boolean }) {
  const { t } = useWords()
  const [way, setWay] = useState(place.way)
  const [number, setNumber] = useState(place.number)
  const [works, setWorks] = useState(false)
  if (place.ways.length < 2) return <p className="phone-quiet">{t('phone.only_desk', { device: place.device })}</p>

  const choose = async (wanted: PhoneState['way'], to: string) => {
    setWorks(true)
    const done = await phone.choose({ way: wanted, number: to })
    // A number that is not taken stays there to be mended.
    if (!done && wanted !== 'outside') setWay(place.way)
    setWorks(false)
  }
  const pick = (wanted: string) => {
    setWay(wanted as PhoneState['way'])
    if (wanted !== 'outside') void choose(wanted as PhoneState['way'], '')
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void choose('outside', number.replace(/[\s().-]/g, ''))
  }

  return (
    <div className="phone-where">
      <span id="phone-where" className="phone-label">
        {t('phone.where')}
      </span>
      <SegmentedControl
        fullWidth
        aria-labelledby="phone-where"
        disabled={busy || works}
        value={way}
        onChange={pick}
        data={place.ways.map((value) => ({ value, label: t(WAYS[value]) }))}
      />
      {way === 'desk' && <p className="phone-quiet">{t('phone.at_desk', { device: place.device })}</p>}
      {way === 'outside' && (
        <form onSubmit={submit}>
          <Group align="flex-end" gap="xs" wrap="nowrap">
            <TextInput
              flex={1}
              type="tel"
              autoComplete="tel"
              required
              label={t('phone.number')}
              placeholder="+14155550123"
              value={number}
              onChange={(event) => setNumber(event.currentTarget.value)}
            />
            <Button type="submit" loading={works} disabled={busy}>
              {t('phone.use_number')}
            </Button>
          </Group>
          {place.way === 'outside' && <p className="phone-quiet">{t('phone.at_number', { number: place.number })}</p>}
        </form>
      )}
    </div>
  )
}
