import { Button, NativeSelect, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import {
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react'

import { offerSound } from '../kit/kept'
import { type Key, useWords } from '../words/desk'
import { LANGUAGES, speak, useLanguage } from '../words/language'
import { ACTS } from './acts'
import { Do } from './Do'
import type { Level } from './link'
import { logOut, useDesk, useModel } from './store'

const LEVELS: Record<Level, { word: Key; tone: string }> = {
  connecting: { word: 'level.connecting', tone: 'calm' },
  live: { word: 'level.live', tone: 'good' },
  reconnecting: { word: 'level.reconnecting', tone: 'warn' },
  closed: { word: 'level.closed', tone: 'bad' },
}

/** The bar above everything: how it is connected, who is here, and what is for the page itself. */
export function Bar() {
  const name = useDesk((s) => s.name)
  const level = useDesk((s) => s.level)
  const isLookupOpen = useDesk((s) => s.isLookupOpen)
  const { t } = useWords()
  return (
    <header className="bar">
      <img src="/desk/icon.svg" alt="" width={26} height={26} />
      <h1 className="brand">{t('title')}</h1>
      <span id="link" className="link" data-level={level} data-tone={LEVELS[level].tone}>
        <i aria-hidden />
        <span id="link-text" role="status">
          {t(LEVELS[level].word)}
        </span>
      </span>
      <span className="spring" />
      <Do act="lookup-open" look="quiet" size="sm" expanded={isLookupOpen} controls="lookup">
        {t('lookup')}
      </Do>
      <span id="who" className="who">
        {name}
      </span>
      <Language />
      <Sound />
      <Scheme />
      <Button id="help" variant="quiet" size="sm" onClick={ACTS.help.go} leftSection={<IconKeyboard size={17} aria-hidden />}>
        {t('keys')} <kbd aria-hidden>?</kbd>
      </Button>
      <Button
        id="logout"
        variant="quiet"
        size="sm"
        onClick={() => void logOut()}
        leftSection={<IconLogout size={17} aria-hidden />}
      >
        {t('log_out')}
      </Button>
    </header>
  )
}

function Language() {
  const language = useLanguage((s) => s.language)
  const { t } = useWords()
  return (
    <NativeSelect
      size="xs"
      id="language"
      aria-label={t('language')}
      value={language}
      data={[...LANGUAGES]}
      onChange={(event) => speak(event.currentTarget.value)}
    />
  )
}

function Sound() {
  const [isOn, turn] = offerSound.use()
  const { t } = useWords()
  const Sign = isOn ? IconVolume : IconVolumeOff
  return (
    <Button
      id="sound"
      variant="quiet"
      size="sm"
      title={t('sound')}
      aria-pressed={isOn}
      onClick={() => turn(!isOn)}
      leftSection={<Sign size={17} aria-hidden />}
    >
      {t(isOn ? 'sound.on' : 'sound.off')}
    </Button>
  )
}

function Scheme() {
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  const { t } = useWords()
  const Sign = isDark ? IconSun : IconMoon
  return (
    <Button
      id="theme"
      variant="quiet"
      size="sm"
      title={t('theme.title')}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      leftSection={<Sign size={17} aria-hidden />}
    >
      {t('theme')}
    </Button>
  )
}

/** What everybody at this desk has to know: a lost line, a phone system that is away. */
export function Banner() {
  const level = useDesk((s) => s.level)
  const { providers } = useModel()
  const { t } = useWords()
  const isLost = level === 'reconnecting'
  const isAway = [...providers.values()].includes(false)
  return (
    <div role="status">
      {(isLost || isAway) && (
        <p id="banner" className="banner" data-tone={isLost ? 'warn' : 'bad'}>
          {t(isLost ? 'banner.lost' : 'banner.provider')}
        </p>
      )}
    </div>
  )
}
