import { useMemo } from 'react'

import type { AlertRow } from '../generated/console'
import { useStore } from '../store'

/** The alerts that are for somebody, the worst and oldest first. */
export function useAlerts(agent: string): readonly AlertRow[] {
  const alerts = useStore((s) => s.alerts)
  return useMemo(() => {
    const mine = [...alerts.values()].filter(
      (one) => one.whom.length === 0 || one.whom.includes(agent),
    )
    return mine.sort(
      (a, b) => a.severity.localeCompare(b.severity) || a.since - b.since,
    )
  }, [alerts, agent])
}
