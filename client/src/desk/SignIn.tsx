import { type FormEvent, useEffect, useState } from 'react'

import { Button, Paper, TextInput, Title } from '@mantine/core'

import { type Company, server } from '../server'
import { type Key, useWords } from '../words/desk'
import { allowSound } from './ring'
import { logIn, useDesk } from './store'

const WHY: Readonly<Record<number, Key>> = { 401: 'login.401', 429: 'login.429', 503: 'login.503' }

/** Signing in, with a login of the center's file. */
export function SignIn() {
  const { t } = useWords()
  const wasIdle = useDesk((s) => s.wasIdle)
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [wrong, setWrong] = useState<Key | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [company, setCompany] = useState<Company | null>(null)

  useEffect(() => {
    server.ways().then(
      (ways) => setCompany(ways.company),
      () => setCompany(null),
    )
  }, [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    // Browsers allow sound only after somebody did something.
    allowSound()
    setWrong(null)
    setBusy(true)
    const status = await logIn(login.trim(), password)
    setBusy(false)
    if (status !== 0) setWrong(WHY[status] ?? 'login.unreachable')
  }

  return (
    <main id="login" className="login">
      <Paper withBorder className="login-card">
        <form id="login-form" autoComplete="on" onSubmit={(event) => void submit(event)}>
          <img src="/desk/icon.svg" alt="" width={44} height={44} />
          <Title order={1} size="h2">
            {t('login.title')}
          </Title>
          <p className="soft">{t('login.lead')}</p>
          <TextInput
            id="login-name"
            name="login"
            label={t('login')}
            size="md"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            required
            withAsterisk={false}
            maxLength={120}
            value={login}
            onChange={(event) => setLogin(event.currentTarget.value)}
          />
          <TextInput
            id="login-password"
            name="password"
            type="password"
            label={t('password')}
            size="md"
            autoComplete="current-password"
            required
            withAsterisk={false}
            maxLength={1024}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {wasIdle && wrong === null && (
            <p id="login-idle" className="complaint" data-tone="warn" role="alert">
              {t('login.idle')}
            </p>
          )}
          {wrong !== null && (
            <p id="login-error" className="complaint" data-tone="bad" role="alert">
              {t(wrong)}
            </p>
          )}
          <Button type="submit" variant="primary" size="md" fullWidth loading={isBusy}>
            {t('sign_in')}
          </Button>
          {company !== null && (
            <Button id="company" component="a" href={company.start} variant="plain" size="md" fullWidth>
              {company.label}
            </Button>
          )}
        </form>
      </Paper>
    </main>
  )
}
