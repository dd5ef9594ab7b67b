import { Button, Switch } from '@mantine/core'
import { IconAlertTriangle, IconBell } from '@tabler/icons-react'

import type { AlertRow, Me } from '../generated/console'
import { useAct } from '../kit/acting'
import { Age } from '../kit/clock'
import { alertSound } from '../kit/kept'
import { Status } from '../kit/Status'
import { server } from '../server'
import { useStore } from '../store'
import { type Key, useWords } from '../words/words'
import { written } from './measures'
import { useAlerts } from './mine'

/** Every alert that is on, seen or not. */
export default function Alerts({ me }: { me: Me }) {
  const alerts = useAlerts(me.agent)
  const [isOn, setOn] = alertSound.use()
  const { t } = useWords()
  return (
    <section className="panel" aria-labelledby="alerts-title" id="alerts">
      <div className="panel-head">
        <h2 id="alerts-title">{t('page.alerts')}</h2>
        <span className="count" role="status">
          {t('alerts.count', { count: alerts.filter((one) => one.seen_by === '').length })}
        </span>
        <span className="spring" />
        <Switch
          label={t('alerts.sound')}
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-labelledby="alerts-title">
        {alerts.length === 0 ? (
          <p className="empty">{t('alerts.none')}</p>
        ) : (
          <Table alerts={alerts} />
        )}
        <p className="empty">{t('alerts.rules')}</p>
      </div>
    </section>
  )
}

const HEADS: readonly Key[] = [
  'agent.state',
  'alert.queue',
  'alert.what',
  'alert.value',
  'alert.limit',
  'alert.since',
  'alert.seen',
]

function Table({ alerts }: { alerts: readonly AlertRow[] }) {
  const { t } = useWords()
  return (
    <table aria-labelledby="alerts-title">
      <thead>
        <tr>
          {HEADS.map((key) => (
            <th key={key}>{t(key)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <Row key={alert.alert} alert={alert} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ alert }: { alert: AlertRow }) {
  const queues = useStore((s) => s.queues)
  const agents = useStore((s) => s.agents)
  const { t, language } = useWords()
  const act = useAct()
  const queue = queues.get(alert.queue)?.label ?? alert.queue
  const what = t(`measure.${alert.measure}` as Key)
  const limit = written(alert, alert.limit, language)
  const isCritical = alert.severity === 'critical'
  return (
    <tr data-alert={alert.alert}>
      <td>
        <Status
          tone={isCritical ? 'bad' : 'warn'}
          word={t(`alert.${alert.severity}`)}
          sign={isCritical ? IconAlertTriangle : IconBell}
        />
      </td>
      <td>{queue}</td>
      <th scope="row" className="name">
        {what}
        <span className="note">{alert.say}</span>
      </th>
      <td className="number">{written(alert, alert.value, language)}</td>
      <td className="number">{t(alert.above ? 'alert.above' : 'alert.below', { limit })}</td>
      <td>
        <Age since={alert.since} />
      </td>
      <td>
        {alert.seen_by !== '' ? (
          (agents.get(alert.seen_by)?.name ?? alert.seen_by)
        ) : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('alert.see_of', { what, queue })}
            onClick={() => act(`${queue}: ${what}`, server.seen(alert.alert))}
          >
            {t('alert.see')}
          </Button>
        )}
      </td>
    </tr>
  )
}
