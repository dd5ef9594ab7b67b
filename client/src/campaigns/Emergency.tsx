import { useState } from 'react'

import { Button, NativeSelect } from '@mantine/core'
import { IconAlertOctagon, IconCircleCheck, IconHandStop } from '@tabler/icons-react'

import { useAct } from '../kit/acting'
import { usePolled } from '../kit/polling'
import { Status } from '../kit/Status'
import { useWords } from '../words/words'
import { dialer } from './api'
import { Reason } from './Reason'

type Asked = { kind: 'stop' } | { kind: 'close' } | { kind: 'open'; flow: string | null }

/** What stops everything: the dialling, and flows that callers come into. */
export function Emergency(props: { dials: boolean; changed: () => void }) {
  const { dials, changed } = props
  const { t } = useWords()
  const act = useAct()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [flow, setFlow] = useState('')
  const { found, again } = usePolled(dialer.emergencies, 5_000)
  const close = () => setAsked(null)
  const closed = found === null ? [] : found.all ? [null] : found.flows
  const word = (name: string | null) => name ?? t('campaigns.closure.all')
  const stop = (why: string) =>
    act(t('campaigns.stop_all'), dialer.stopAll(why).finally(changed))
  const turn = (on: boolean, name: string | null, why: string) =>
    act(t('campaigns.closure'), dialer.emergency(on, name, why).finally(again))
  return (
    <section className="emergency" aria-labelledby="emergency-title">
      <h2 id="emergency-title" className="unseen">
        {t('campaigns.closure')}
      </h2>
      {dials && (
        <Button
          className="danger"
          id="stop-all"
          leftSection={<IconHandStop size={18} aria-hidden />}
          onClick={() => setAsked({ kind: 'stop' })}
        >
          {t('campaigns.stop_all')}
        </Button>
      )}
      <span className="closures" role="status">
        {closed.length === 0 ? (
          <Status tone="calm" word={t('campaigns.closure.off')} sign={IconCircleCheck} />
        ) : (
          closed.map((name) => (
            <span key={name ?? ''} className="closure">
              <Status
                tone="bad"
                word={t('campaigns.closure.on', { what: word(name) })}
                sign={IconAlertOctagon}
              />
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setAsked({ kind: 'open', flow: name })}
              >
                {t('campaigns.closure.open', { what: word(name) })}
              </Button>
            </span>
          ))
        )}
      </span>
      <Button variant="default" id="close-flow" onClick={() => setAsked({ kind: 'close' })}>
        {t('campaigns.closure')} …
      </Button>
      <NativeSelect
        id="which-flow"
        aria-label={t('campaigns.closure.which')}
        value={flow}
        data={[
          { value: '', label: t('campaigns.closure.all') },
          ...(found?.known ?? []).map((name) => ({ value: name, label: name })),
        ]}
        onChange={(event) => setFlow(event.currentTarget.value)}
      />
      {asked?.kind === 'stop' && (
        <Reason
          title={t('campaigns.stop_all.title')}
          says={t('campaigns.stop_all.says')}
          yes={t('campaigns.stop_all')}
          word={t('campaigns.type.word')}
          hurts
          close={close}
          act={stop}
        />
      )}
      {asked?.kind === 'close' && (
        <Reason
          title={`${t('campaigns.closure.title')}: ${word(flow === '' ? null : flow)}`}
          says={t('campaigns.closure.says')}
          yes={t('campaigns.closure.close')}
          word={t('campaigns.close.word')}
          hurts
          close={close}
          act={(why) => turn(true, flow === '' ? null : flow, why)}
        />
      )}
      {asked?.kind === 'open' && (
        <Reason
          title={t('campaigns.closure.title')}
          says={t('campaigns.closure.on', { what: word(asked.flow) })}
          yes={t('campaigns.closure.open', { what: word(asked.flow) })}
          close={close}
          act={(why) => turn(false, asked.flow, why)}
        />
      )}
    </section>
  )
}
