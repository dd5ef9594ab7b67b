import type { Beat, Floor } from './generated/console'
import { useStore } from './store'

const LOG_IN_AGAIN = 4401
const NOT_FOR_YOU = 4403
const SILENCE_MS = 30_000
const FIRST_MS = 500
const MOST_MS = 15_000

/** Show the floor from now on; gives what ends that. */
export function begin(): () => void {
  let socket: WebSocket | null = null
  let tries = 0
  let over = false
  let again = 0
  let watch = 0

  const listen = () => {
    clearTimeout(watch)
    // A connection that says nothing for so long is dead, whatever it believes of itself.
    watch = window.setTimeout(() => socket?.close(), SILENCE_MS)
  }

  const connect = () => {
    clearTimeout(again)
    if (over) return
    const { protocol, host } = window.location
    const url = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/console/api/stream`
    const made = new WebSocket(url, 'console.v1')
    socket = made
    listen()
    made.onmessage = (message: MessageEvent<string>) => {
      listen()
      tries = 0
      const frame = JSON.parse(message.data) as Floor | Beat
      const { take, tick, connection } = useStore.getState()
      if (frame.t === 'floor') take(frame)
      else tick(frame.now)
      connection('live')
    }
    made.onclose = (closed) => {
      if (over || socket !== made) return
      clearTimeout(watch)
      useStore.getState().connection('lost')
      if (closed.code === LOG_IN_AGAIN || closed.code === NOT_FOR_YOU) {
        void useStore.getState().whoIsThere()
        return
      }
      const wait = Math.min(MOST_MS, FIRST_MS * 2 ** tries)
      tries += 1
      // Not all screens of a room at the same moment.
      again = window.setTimeout(connect, wait * (0.5 + Math.random() / 2))
    }
  }

  const soon = () => {
    if (useStore.getState().link.state === 'lost') connect()
  }
  window.addEventListener('online', soon)
  connect()
  return () => {
    over = true
    clearTimeout(again)
    clearTimeout(watch)
    window.removeEventListener('online', soon)
    socket?.close()
  }
}
