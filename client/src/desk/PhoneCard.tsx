import { lazy, Suspense, useEffect, useState } from 'react'

import { doors } from '../phone/doors'

const PhoneHere = lazy(() => import('./PhoneHere'))

/** The agent's phone, where it can be somewhere else than on the desk. It is fetched after the page. */
export function PhoneCard() {
  const [isThere, setThere] = useState(false)
  useEffect(() => {
    doors.state().then(
      ({ ways }) => setThere(ways.length > 1),
      () => setThere(false),
    )
  }, [])
  return isThere ? (
    <Suspense fallback={null}>
      <PhoneHere />
    </Suspense>
  ) : null
}
