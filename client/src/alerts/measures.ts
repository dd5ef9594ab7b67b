import type { AlertRow } from '../generated/console'
import { lasting } from '../kit/lasting'

/** A value of an alert as people read it: a length of time, a share, a count. */
export function written(alert: AlertRow, value: number, language: string): string {
  if (alert.measure === 'longest_wait') return lasting(value)
  if (alert.measure.startsWith('service_level') || alert.measure.startsWith('abandonment')) {
    const style = { style: 'percent', maximumFractionDigits: 0 } as const
    return new Intl.NumberFormat(language, style).format(value)
  }
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value)
}
