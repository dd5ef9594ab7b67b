import { useEffect } from 'react'

import { Button, Loader, Modal } from '@mantine/core'

import { useWords } from '../words/desk'
import { Banner, Bar } from './Bar'
import { CallCard } from './CallCard'
import { Calm } from './Calm'
import { callerName } from './caller'
import { Idle } from './Idle'
import { KeyMap } from './KeyMap'
import { useKeys } from './keys'
import { Lookup } from './Lookup'
import { modeOf } from './model'
import { Notices } from './Notices'
import { Presence } from './Presence'
import { PromiseForm, Promised } from './Promise'
import { Side } from './Side'
import { SignIn } from './SignIn'
import { takeBack, useDesk, useModel, whoIsThere } from './store'

/** The agent's page: signing in, and the desk. */
export function Desk() {
  const screen = useDesk((s) => s.screen)
  const { t } = useWords()
  useEffect(() => void whoIsThere(), [])
  if (screen === 'desk') return <Shift />
  if (screen === 'login') return <SignIn />
  return (
    <main className="login">
      <Loader aria-label={t('level.connecting')} />
    </main>
  )
}

function Shift() {
  const { t } = useWords()
  useKeys()
  const isLookupOpen = useDesk((s) => s.isLookupOpen)
  return (
    <div id="desk" className="desk">
      <a className="skip-link" href="#stage">
        {t('skip')}
      </a>
      <Bar />
      <Banner />
      <Notices />
      <Idle />
      {isLookupOpen && <Lookup />}
      <div className="columns">
        <aside className="side" aria-label={t('side')}>
          <Presence />
          <Side />
        </aside>
        <Stage />
      </div>
      <KeyMap />
      <Elsewhere />
    </div>
  )
}

function Stage() {
  const model = useModel()
  const words = useWords()
  const { t } = words
  const mode = modeOf(model)
  const caller = mode === 'ring' ? callerName(model, words) : ''
  useEffect(() => {
    document.title = caller === '' ? t('title') : `☎ ${caller} · ${t('title')}`
    return () => {
      document.title = t('title')
    }
  })
  return (
    <main id="stage" className="stage" data-mode={mode} aria-label={t('stage')} tabIndex={-1}>
      <PromiseForm />
      <Promised />
      {mode === 'idle' ? <Calm /> : <CallCard mode={mode} />}
    </main>
  )
}

function Elsewhere() {
  const isElsewhere = useDesk((s) => s.isElsewhere)
  const { t } = useWords()
  return (
    <Modal
      opened={isElsewhere}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('elsewhere')}
      transitionProps={{ duration: 0 }}
      centered
    >
      <div id="elsewhere" className="elsewhere">
        <p>{t('elsewhere.text')}</p>
        <Button id="take-back" variant="primary" data-autofocus onClick={takeBack}>
          {t('elsewhere.take')}
        </Button>
      </div>
    </Modal>
  )
}
