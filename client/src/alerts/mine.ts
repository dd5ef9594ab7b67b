import { useMemo } from 'react'

import { create } from 'zustand'

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

const KEPT = 'console.sound'
const useSoundState = create<{ isOn: boolean }>()(() => ({
  isOn: localStorage.getItem(KEPT) !== 'off',
}))

/** Whether alerts are heard, as this browser remembers it. */
export function useSound(): [boolean, (on: boolean) => void] {
  const isOn = useSoundState((s) => s.isOn)
  return [
    isOn,
    (on) => {
      localStorage.setItem(KEPT, on ? 'on' : 'off')
      useSoundState.setState({ isOn: on })
    },
  ]
}
