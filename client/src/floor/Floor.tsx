import './floor.css'

import type { Me } from '../generated/console'
import { useKeys } from '../kit/Keys'
import { Agents } from './Agents'
import { Callers } from './Callers'
import { ChangeAgents } from './ChangeAgents'
import { ChangeQueue } from './ChangeQueue'
import { LiveChanges } from './LiveChanges'
import { QueueBreaks } from './QueueBreaks'
import { QueueTiles } from './QueueTiles'
import { Tell } from './Tell'
import { change, useViewing } from './viewing'
import { Views } from './Views'

function focus(selector: string): () => void {
  return () => document.querySelector<HTMLElement>(selector)?.focus()
}

/** The floor: queues, agents, callers. */
export function Floor({ me }: { me: Me }) {
  const queue = useViewing((s) => s.spec.queue)
  const choose = (name: string) => change({ queue: name })
  useKeys({
    '/': focus('#find'),
    q: focus('#queues button'),
    a: focus('#agents tbody tr[tabindex="0"]'),
    c: focus('#callers button.more, #callers h2'),
  })
  return (
    <>
      <Views />
      <QueueTiles chosen={queue} choose={choose} />
      <div className="panels">
        <Agents me={me} queue={queue} choose={choose} />
        <Callers queue={queue} />
      </div>
      <ChangeAgents me={me} />
      <ChangeQueue />
      <QueueBreaks me={me} />
      <LiveChanges />
      <Tell />
    </>
  )
}
