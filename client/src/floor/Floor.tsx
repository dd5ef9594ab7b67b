import { useState } from 'react'

import {
  ActionIcon,
  Button,
  NativeSelect,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import {
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconPlugConnectedX,
  IconSun,
  IconWifi,
} from '@tabler/icons-react'

import type { Me } from '../generated/console'
import { Sure } from '../kit/acting'
import { Status } from '../kit/Status'
import { Why } from '../kit/Why'
import { useStore } from '../store'
import { LANGUAGES, speak, useWords } from '../words/words'
import { Agents } from './Agents'
import { Callers } from './Callers'
import { KeyMap, useKeys, useSingleKeys } from './Keys'
import { QueueTiles } from './QueueTiles'

function focus(selector: string): () => void {
  return () => document.querySelector<HTMLElement>(selector)?.focus()
}

/** The floor: queues, agents, callers. */
export function Floor({ me }: { me: Me }) {
  const [queue, choose] = useState('')
  const [isMapOpen, setMapOpen] = useState(false)
  const [isOn, setOn] = useSingleKeys()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const turn = () => setColorScheme(scheme === 'dark' ? 'light' : 'dark')
  useKeys(isOn, {
    '?': () => setMapOpen(true),
    '/': focus('#find'),
    q: focus('#queues button'),
    a: focus('#agents tbody tr[tabindex="0"]'),
    c: focus('#callers button.more, #callers h2'),
    d: turn,
  })
  return (
    <div className="shell">
      <Header me={me} openMap={() => setMapOpen(true)} turn={turn} isDark={scheme === 'dark'} />
      <Banner />
      <main>
        <QueueTiles chosen={queue} choose={choose} />
        <div className="panels">
          <Agents me={me} queue={queue} choose={choose} />
          <Callers queue={queue} />
        </div>
      </main>
      <KeyMap opened={isMapOpen} close={() => setMapOpen(false)} isOn={isOn} setOn={setOn} />
      <Sure />
      <Why />
    </div>
  )
}

function Header(props: { me: Me; openMap: () => void; turn: () => void; isDark: boolean }) {
  const { me, openMap, turn, isDark } = props
  const { t, language } = useWords()
  const { signOut } = useStore.getState()
  return (
    <header>
      <a className="skip" href="#agents">
        {t('skip')}
      </a>
      <h1>{t('title')}</h1>
      <LinkState />
      <span className="spring" />
      <NativeSelect
        size="xs"
        aria-label={t('language')}
        value={language}
        data={[...LANGUAGES]}
        onChange={(event) => speak(event.currentTarget.value)}
      />
      <ActionIcon
        variant="default"
        aria-label={isDark ? t('scheme.light') : t('scheme.dark')}
        onClick={turn}
      >
        {isDark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
      </ActionIcon>
      <ActionIcon variant="default" aria-label={t('keys')} onClick={openMap}>
        <IconKeyboard size={18} aria-hidden />
      </ActionIcon>
      <span className="me">{me.name}</span>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconLogout size={16} aria-hidden />}
        onClick={() => void signOut()}
      >
        {t('sign_out')}
      </Button>
    </header>
  )
}

function LinkState() {
  const link = useStore((s) => s.link)
  const { t } = useWords()
  if (link.state === 'live') return <Status tone="good" word={t('link.live')} sign={IconWifi} />
  return <Status tone="warn" word={t('connecting')} sign={IconPlugConnectedX} />
}

function Banner() {
  const link = useStore((s) => s.link)
  const { t, language } = useWords()
  const time = new Date(link.since).toLocaleTimeString(language)
  return (
    <div role="status" aria-live="polite">
      {link.state === 'lost' && (
        <p className="banner" data-tone="bad">
          {t('link.lost', { time })}
        </p>
      )}
      {link.state === 'connecting' && (
        <p className="banner" data-tone="warn">
          {t('link.connecting')}
        </p>
      )}
    </div>
  )
}
