import { lazy, Suspense, useEffect, useState } from 'react'

import { stateWhenThere } from '../phone/doors'

const PhoneHere = lazy(() => import('./PhoneHere'))

/** The agent's phone, where it can be somewhere else than on the desk. It is fetched after the page. */
export function PhoneCard() {
  const [isThere, setThere] = useState(false)
  useEffect(() => {
    let isWanted = true
    stateWhenThere({ isWanted: () => isWanted }).then(
      (state) => setThere((state?.ways.length ?? 0) > 1),
      () => setThere(false),
    )
    return () => {
      isWanted = false
    }
  }, [])
  return isThere ? (
    <Suspense fallback={null}>
      <PhoneHere />
    </Suspense>
  ) : null
}
