import { type FormEvent, useEffect, useState } from 'react'

import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'

import { type Company, RefusedError, server } from './server'
import { useStore } from './store'
import { useWords } from './words/words'

/** Signing in with the login of the desk; says why somebody may not come in. */
export function SignIn({ refused }: { refused: RefusedError | null }) {
  const { t, problem } = useWords()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const [company, setCompany] = useState<Company | null>(null)
  const { whoIsThere, signOut } = useStore.getState()

  useEffect(() => {
    server.ways().then(
      (ways) => setCompany(ways.company),
      () => setCompany(null),
    )
  }, [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setWrong('')
    try {
      await server.logIn(login, password)
      await whoIsThere()
    } catch (error) {
      setWrong(problem(error instanceof RefusedError ? error : new RefusedError('', '')))
    }
    setBusy(false)
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w={380}>
        <Stack>
          <Title order={1} size="h3">
            {t('title')}
          </Title>
          {refused !== null ? (
            <>
              <Alert className="alert" data-tone="warn" role="alert" title={t('refused.title')}>
                {problem(refused)}
              </Alert>
              <Text size="sm">{t('refused.mend')}</Text>
              <Button onClick={() => void signOut()}>{t('sign_out')}</Button>
              <Button component="a" href="/" variant="default">
                {t('to_desk')}
              </Button>
            </>
          ) : (
            <form onSubmit={(event) => void submit(event)}>
              <Stack>
                <TextInput
                  label={t('login')}
                  autoComplete="username"
                  required
                  data-autofocus
                  value={login}
                  onChange={(event) => setLogin(event.currentTarget.value)}
                />
                <PasswordInput
                  label={t('password')}
                  autoComplete="current-password"
                  required
                  visibilityToggleButtonProps={{ 'aria-label': t('show_password') }}
                  value={password}
                  onChange={(event) => setPassword(event.currentTarget.value)}
                />
                {wrong !== '' && (
                  <Alert className="alert" data-tone="bad" role="alert">
                    {wrong}
                  </Alert>
                )}
                <Button type="submit" loading={busy}>
                  {t('sign_in')}
                </Button>
                {company !== null && (
                  <Button component="a" href={`${company.start}?to=/console`} variant="default">
                    {company.label}
                  </Button>
                )}
              </Stack>
            </form>
          )}
        </Stack>
      </Paper>
    </Center>
  )
}
