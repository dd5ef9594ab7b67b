/** The page on which a visitor talks: a button, and what comes of pressing it. The voice loads then. */

import type { Told, VisitorCall, Way } from './port'

type State = 'idle' | 'asking' | 'calling' | 'talking' | 'over' | 'failed' | 'no_microphone'

const box = find('talk')
const said = find('said')
const begin = find('begin') as HTMLButtonElement
const mute = find('mute') as HTMLButtonElement
const heard = find('heard')
let call: VisitorCall | null = null
let microphone: MediaStream | null = null
let muted = false

function find(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(id)
  return found
}

function word(name: string): string {
  return box.getAttribute(`data-${name.replace('_', '-')}`) ?? ''
}

function show(state: State, why = ''): void {
  box.dataset.state = state
  said.textContent = why || (state === 'idle' ? '' : word(`talk_${state}`))
  const ended = state === 'over' || state === 'failed' || state === 'no_microphone'
  begin.hidden = state !== 'idle'
  find('about-talk').hidden = state !== 'idle' && state !== 'asking'
  find('call').hidden = state !== 'calling' && state !== 'talking'
  find('again').hidden = !ended
  if (state === 'calling') find('end').focus()
  if (!ended) return
  for (const track of microphone?.getTracks() ?? []) track.stop()
  microphone = null
  call = null
  find('again').focus()
}

const told: Told = {
  talking: () => show('talking'),
  over: (failed) => {
    if (box.dataset.state !== 'over') show(failed && box.dataset.state === 'calling' ? 'failed' : 'over')
  },
  heard: (text) => {
    heard.hidden = false
    const line = document.createElement('li')
    line.textContent = text
    heard.append(line)
  },
}

class RefusedError extends Error {}

async function ticket(): Promise<Way> {
  const lang = encodeURIComponent(box.dataset.lang ?? 'en')
  const answer = await fetch(`${window.location.pathname}?lang=${lang}`, {
    method: 'POST',
    body: new URLSearchParams({ form: box.dataset.form ?? '' }),
    signal: AbortSignal.timeout(15_000),
  })
  if (answer.ok) return (await answer.json()) as Way
  const problem = (await answer.json().catch(() => ({}))) as { message?: string }
  throw new RefusedError(problem.message ?? '')
}

async function dial(way: Way): Promise<VisitorCall> {
  if (way.kind === 'sip') return await (await import('./sip')).call(way, told, microphone)
  if (way.kind === 'twilio') return await (await import('./twilio')).call(way, told, microphone)
  return await (await import('./madeUp')).call(way, told, microphone)
}

async function talk(): Promise<void> {
  show('asking')
  if (box.dataset.madeUp === undefined) {
    try {
      microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
    } catch {
      show('no_microphone')
      return
    }
  }
  show('calling')
  try {
    call = await dial(await ticket())
    if (box.dataset.state === 'over') call.hangUp()
  } catch (problem) {
    show('failed', problem instanceof RefusedError ? problem.message : '')
  }
}

begin.addEventListener('click', () => void talk())
find('end').addEventListener('click', () => {
  call?.hangUp()
  show('over')
})
mute.addEventListener('click', () => {
  muted = !muted
  call?.mute(muted)
  mute.setAttribute('aria-pressed', String(muted))
  mute.textContent = word(muted ? 'unmute' : 'mute')
})
for (const key of document.querySelectorAll<HTMLElement>('[data-key]')) {
  key.addEventListener('click', () => call?.keys(key.dataset.key ?? ''))
}
window.addEventListener('pagehide', () => call?.hangUp())
show('idle')
