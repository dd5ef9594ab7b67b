import { lazy, Suspense, useEffect } from 'react'

import { Center, Loader } from '@mantine/core'

import { useRoute } from './route'
import { Shell } from './Shell'
import { SignIn } from './SignIn'
import { lookOnce, useStore } from './store'
import { begin } from './stream'
import { useWords } from './words/words'

const Wall = lazy(() => import('./wallboard/Wall'))

/** A screen on a wall, which needs nobody, or the console. */
export function App() {
  const [at] = useRoute()
  if (at !== 'wall') return <Console />
  return (
    <Suspense fallback={null}>
      <Wall />
    </Suspense>
  )
}

/** The page: who is there decides whether it is the floor or the sign-in. */
function Console() {
  const seat = useStore((s) => s.seat)
  const { t } = useWords()
  useEffect(() => {
    lookOnce()
  }, [])
  // Who may not see the floor is told nothing of it.
  const isOnFloor = seat.kind === 'in' && seat.me.may.includes('see.floor')
  useEffect(() => (isOnFloor ? begin() : undefined), [isOnFloor])
  if (seat.kind === 'in') return <Shell me={seat.me} />
  if (seat.kind === 'asking') {
    return (
      <Center component="main" h="100vh">
        <Loader aria-label={t('connecting')} />
      </Center>
    )
  }
  return <SignIn refused={seat.kind === 'refused' ? seat.why : null} />
}
