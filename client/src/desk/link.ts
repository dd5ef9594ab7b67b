// The client's half of desk.v1: resume, doubles, holes, heartbeat, back-off, commands.

import type { FromClient, FromServer, Problem } from '../generated/desk'

const FIRST_MS = 250
const MAX_MS = 10_000
const COMMAND_MS = 12_000
/** Closed for good: signed out, not allowed, another version, taken over elsewhere. */
const FINAL: ReadonlySet<number> = new Set([4401, 4403, 4406, 4409])

type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never
/** Something the agent wants done. */
export type Command = Without<Extract<FromClient, { t: `cmd.${string}` }>, 'id' | 'v' | 'must'>
export type Level = 'connecting' | 'live' | 'reconnecting' | 'closed'

interface Pending {
  message: Command & { id: string }
  resolve: (problem: Problem | null) => void
  timer: number
}

interface Place {
  ep: string
  seq: number
  isWaiting: boolean
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const at = Date.now()
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(at / 2 ** (8 * (5 - i))) & 0xff
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const own = (code: string, message: string): Problem => ({ code, message, message_key: `error.${code}` })

export class Link {
  private readonly ledgers = new Map<string, Place>()
  private readonly revisions = new Map<string, number>()
  private readonly pending = new Map<string, Pending>()
  private tries = 0
  private socket: WebSocket | null = null
  private isLive = false
  private isWanted = false
  private skew = 0
  private pingMs = 25_000
  private retryTimer = 0
  private lifeTimer = 0

  /** `onMessage` hears what is to be applied, `onLevel` how it stands and with which code it closed. */
  constructor(
    private readonly onMessage: (message: FromServer) => void,
    private readonly onLevel: (level: Level, code?: number) => void,
  ) {
    window.addEventListener('online', () => this.retryNow())
  }

  open(): void {
    this.isWanted = true
    this.retryNow()
  }

  close(): void {
    this.isWanted = false
    clearTimeout(this.retryTimer)
    clearTimeout(this.lifeTimer)
    for (const id of [...this.pending.keys()]) this.settle(id, own('closed', 'Not connected.'))
    this.socket?.close(1000)
  }

  /** What was heard belongs to somebody else: begin anew. */
  forget(): void {
    this.ledgers.clear()
    this.revisions.clear()
  }

  /** Milliseconds UTC by the server's clock. */
  now(): number {
    return Date.now() + this.skew
  }

  send(message: Without<FromClient, 'v'>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ v: 0, ...message }))
  }

  /**
   * Ask for something; gives null when it was done, and why not otherwise. A command that was under
   * way when the line broke is sent again under its id, and carried out once.
   */
  command(wish: Command): Promise<Problem | null> {
    const id = newId()
    return new Promise((resolve) => {
      const message = { ...wish, id }
      const late = () => this.settle(id, own('timeout', 'No answer in time.'))
      this.pending.set(id, { message, resolve, timer: window.setTimeout(late, COMMAND_MS) })
      if (this.isLive) this.send(message)
    })
  }

  private retryNow(): void {
    if (!this.isWanted || this.socket !== null) return
    clearTimeout(this.retryTimer)
    this.onLevel(this.tries > 0 || this.ledgers.size > 0 ? 'reconnecting' : 'connecting')
    const url = new URL('/ws', window.location.href)
    url.protocol = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url, ['desk.v1'])
    this.socket = socket
    this.armLife(socket)
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket !== this.socket) return
      this.armLife(socket)
      this.hear(JSON.parse(event.data) as FromServer)
    }
    socket.onclose = (event) => this.lost(socket, event.code, event.reason)
  }

  private lost(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.socket) return
    this.socket = null
    this.isLive = false
    clearTimeout(this.lifeTimer)
    if (!this.isWanted) return
    if (FINAL.has(code)) {
      this.isWanted = false
      this.onLevel('closed', code)
      return
    }
    // Full jitter: any moment up to the ceiling; a restart says over how long to spread.
    const spread = Number(/spread_ms=(\d{1,6})/.exec(reason)?.[1] ?? 0)
    const ceiling = Math.max(Math.min(MAX_MS, FIRST_MS * 2 ** this.tries), spread)
    this.tries = Math.min(this.tries + 1, 10)
    this.onLevel('reconnecting', code)
    this.retryTimer = window.setTimeout(() => this.retryNow(), Math.random() * ceiling)
  }

  /** A browser does not see protocol pings; a silent line is given up here. */
  private armLife(socket: WebSocket): void {
    clearTimeout(this.lifeTimer)
    this.lifeTimer = window.setTimeout(() => {
      socket.close()
      this.lost(socket, 4408, '')
    }, this.pingMs + 10_000)
  }

  private settle(id: string | undefined, problem: Problem | null): void {
    const asked = this.pending.get(id ?? '')
    if (asked === undefined) return
    clearTimeout(asked.timer)
    this.pending.delete(asked.message.id)
    asked.resolve(problem)
  }

  private resume(): void {
    const channels: Record<string, { ep: string; seq: number }> = {}
    for (const [ch, at] of this.ledgers) {
      at.isWaiting = true
      channels[ch] = { ep: at.ep, seq: at.seq }
    }
    this.send({ t: 'resume', d: { channels } })
  }

  private hear(message: FromServer): void {
    switch (message.t) {
      case 'hello':
        this.skew = message.d.server_time - Date.now()
        this.pingMs = message.d.ping_ms + 5_000
        this.resume()
        return
      case 'ping':
        this.send({ t: 'pong' })
        return
      case 'pong':
      case 'resume.gap':
        return
      case 'auth.changed':
      case 'idle.warned':
        this.onMessage(message)
        return
      case 'resume.ok': {
        const at = this.ledgers.get(message.ch)
        if (at !== undefined) at.isWaiting = false
        this.live()
        return
      }
      case 'state':
        this.ledgers.set(message.ch, { ep: message.ep, seq: message.seq, isWaiting: false })
        this.onMessage(message)
        this.live()
        return
      case 'done':
        this.settle(message.re, null)
        return
      case 'error':
        this.settle(message.re, message.err)
        return
      default:
        if ('seq' in message) {
          if (this.isNext(message)) this.onMessage(message)
        } else if (message.rev > (this.revisions.get(message.ch) ?? -1)) {
          this.revisions.set(message.ch, message.rev)
          this.onMessage(message)
        }
    }
  }

  private live(): void {
    if (this.isLive) return
    this.isLive = true
    this.tries = 0
    this.onLevel('live')
    for (const { message } of this.pending.values()) this.send(message)
  }

  /** Whether a message of a ledger is the one to apply now; a hole is asked about. */
  private isNext(message: { ch: string; ep: string; seq: number }): boolean {
    const at = this.ledgers.get(message.ch)
    if (at === undefined || at.isWaiting) return false
    if (message.ep === at.ep && message.seq <= at.seq) return false
    if (message.ep !== at.ep || message.seq > at.seq + 1) {
      this.resume()
      return false
    }
    at.seq = message.seq
    return true
  }
}
