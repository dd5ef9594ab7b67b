import { Alert, Button, NativeSelect, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'

import { LANGUAGES, speak, useWords } from '../words/words'
import { Softphone } from './Softphone'
import { phone, usePhone } from './store'

/** A page that is a phone and nothing else, for a window beside the desk. */
export function Page() {
  const { t, language } = useWords()
  const name = usePhone((s) => s.phone?.name ?? '')
  const isOut = usePhone((s) => s.problem?.status === 401)
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme('light') === 'dark'
  return (
    <div className="phone-page">
      <header>
        <h1>{name === '' ? t('phone.title') : t('phone.of', { name })}</h1>
        <Button variant="default" size="xs" onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
          {t(isDark ? 'scheme.light' : 'scheme.dark')}
        </Button>
        <NativeSelect
          size="xs"
          aria-label={t('language')}
          data={[...LANGUAGES]}
          value={language}
          onChange={(event) => speak(event.currentTarget.value)}
        />
      </header>
      <main>
        {isOut && (
          <Alert className="alert" data-tone="warn" mb="sm">
            {t('phone.sign_in')}{' '}
            <Button size="xs" component="a" href="/" target="_blank" variant="default">
              {t('to_desk')}
            </Button>{' '}
            <Button size="xs" onClick={() => void phone.begin()}>
              {t('phone.again')}
            </Button>
          </Alert>
        )}
        <Softphone />
      </main>
    </div>
  )
}
