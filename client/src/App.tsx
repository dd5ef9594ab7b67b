import { useEffect } from 'react'

import { Center, Loader } from '@mantine/core'

import { Shell } from './Shell'
import { SignIn } from './SignIn'
import { useStore } from './store'
import { begin } from './stream'
import { useWords } from './words/words'

/** The page: who is there decides whether it is the floor or the sign-in. */
export function App() {
  const seat = useStore((s) => s.seat)
  const { t } = useWords()
  useEffect(() => {
    void useStore.getState().whoIsThere()
  }, [])
  const isIn = seat.kind === 'in'
  useEffect(() => (isIn ? begin() : undefined), [isIn])
  if (seat.kind === 'in') return <Shell me={seat.me} />
  if (seat.kind === 'asking') {
    return (
      <Center component="main" h="100vh">
        <Loader aria-label={t('connecting')} />
      </Center>
    )
  }
  return <SignIn refused={seat.kind === 'refused' ? seat.why : ''} />
}
