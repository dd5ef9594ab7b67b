import { Button } from '@mantine/core'
import { IconAlertTriangle, IconBell } from '@tabler/icons-react'

import type { AlertRow, Me } from '../generated/console'
import { useAct } from '../kit/acting'
import { server } from '../server'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'
import { written } from './measures'
import { useAlerts } from './mine'
import { useRinging } from './ringing'

const MOST = 3

/** Alerts that nobody has seen yet, over every page; they are heard, too. */
export function AlertBar({ me }: { me: Me }) {
  const alerts = useAlerts(me.agent)
  const unseen = alerts.filter((alert) => alert.seen_by === '')
  useRinging(
    unseen.map((alert) => `${alert.alert} ${alert.since}`),
    unseen.some((alert) => alert.severity === 'critical'),
  )
  return (
    <div role="alert" className="alert-bar">
      {unseen.slice(0, MOST).map((alert) => (
        <Line key={alert.alert} alert={alert} />
      ))}
    </div>
  )
}

function Line({ alert }: { alert: AlertRow }) {
  const queues = useStore((s) => s.queues)
  const { t, language } = useWords()
  const act = useAct()
  const queue = queues.get(alert.queue)?.label ?? alert.queue
  const what = t(`measure.${alert.measure}` as Key)
  const value = written(alert, alert.value, language)
  const isCritical = alert.severity === 'critical'
  const Sign = isCritical ? IconAlertTriangle : IconBell
  return (
    <p className="banner" data-tone={isCritical ? 'bad' : 'warn'} data-alert={alert.alert}>
      <Sign size={18} aria-hidden />
      <span className="unseen">{t(`alert.${alert.severity}`)}: </span>
      <span>{t('alert.banner', { queue, what, value })}</span>
      <span className="say">{alert.say}</span>
      <span className="spring" />
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('alert.see_of', { what, queue })}
        onClick={() => act(`${queue}: ${what}`, server.seen(alert.alert))}
      >
        {t('alert.see')}
      </Button>
    </p>
  )
}
