import { Suspense, useState } from 'react'

import {
  ActionIcon,
  Button,
  Loader,
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

import { AlertBar } from './alerts/AlertBar'
import { Hands } from './floor/Hands'
import type { Me } from './generated/console'
import { Sure } from './kit/acting'
import { singleKeys } from './kit/kept'
import { KeyMap, useKeys } from './kit/Keys'
import { Status } from './kit/Status'
import { Why } from './kit/Why'
import { pagesOf } from './pages'
import { go, useRoute } from './route'
import { useStore } from './store'
import { LANGUAGES, speak, useWords } from './words/words'

/** What is around every page: who is there, the pages, the keys, the questions. */
export function Shell({ me }: { me: Me }) {
  const [at] = useRoute()
  const [isMapOpen, setMapOpen] = useState(false)
  const [isOn, setOn] = singleKeys.use()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const { t } = useWords()
  const turn = () => setColorScheme(scheme === 'dark' ? 'light' : 'dark')
  const pages = pagesOf(me)
  const shown = pages.find((page) => page.at === at) ?? pages[0]
  const isOnFloor = me.may.includes('see.floor')
  useKeys({
    '?': () => setMapOpen(true),
    d: turn,
    ...Object.fromEntries(pages.map((page, index) => [String(index + 1), () => go(page.at)])),
  })
  return (
    <div className="shell">
      <Header me={me} openMap={() => setMapOpen(true)} turn={turn} isDark={scheme === 'dark'} />
      {isOnFloor && (
        <>
          <Banner />
          <AlertBar me={me} />
          <Hands />
        </>
      )}
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<Loader aria-label={t('connecting')} />}>
          {shown !== undefined && <shown.Page key={shown.at} me={me} />}
        </Suspense>
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
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          // What stands after the # is the page; it stays what it is.
          event.preventDefault()
          document.querySelector<HTMLElement>('#main')?.focus()
        }}
      >
        {t('skip')}
      </a>
      <h1>{t('title')}</h1>
      {me.may.includes('see.floor') && <LinkState />}
      <Pages me={me} />
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
      <a className="me" href="/sessions">{me.name}</a>
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

function Pages({ me }: { me: Me }) {
  const [at] = useRoute()
  const { t } = useWords()
  const pages = pagesOf(me)
  const here = pages.find((page) => page.at === at) ?? pages[0]
  return (
    <nav className="pages" aria-label={t('pages')}>
      {pages.map((page) => (
        <a
          key={page.at}
          href={`#${page.at}`}
          aria-current={page === here ? 'page' : undefined}
          data-page={page.at}
        >
          <page.sign size={16} aria-hidden />
          {t(page.word)}
        </a>
      ))}
    </nav>
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
