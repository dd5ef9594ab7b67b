import type { Listener, RecordingState } from '../generated/desk'
import { useWords, type Words } from '../words/desk'
import { ACTS } from './acts'
import { useKeyOf } from './bindings'
import { clockTime } from './format'
import { useModel } from './store'

function pausedWords(recording: RecordingState, key: string, words: Words): string {
  const by = recording.by_script ? 'record.by_script' : 'record.by_agent'
  return words.t(by, { at: recording.since ? clockTime(recording.since, words) : '', key })
}

const listenerWords = ({ name, mode }: Listener, { t }: Words): string =>
  t(mode === 'whisper' ? 'listener.whisper' : mode === 'listen' ? 'listener.listen' : 'listener.barge', {
    who: name,
  })

/** What nobody may overlook in a call: that it is not recorded now, and who else is in it. */
export function Banners() {
  const model = useModel()
  const words = useWords()
  const { call } = model
  const key = useKeyOf('record').toUpperCase()
  if (call === null || !ACTS.mute.can(model)) return null
  const listeners = call.listeners ?? []
  return (
    <>
      <p id="listeners" className="call-banner" role="status" hidden={listeners.length === 0}>
        {listeners.map((one) => listenerWords(one, words)).join(' ')}
      </p>
      <p id="recording-banner" className="call-banner" role="status" hidden={!call.recording?.paused}>
        {call.recording?.paused && pausedWords(call.recording, key, words)}
      </p>
    </>
  )
}
