// Notes: saved as they are typed, kept across a reload, never overwritten while someone types.

import type { Problem } from '../generated/desk'
import type { Call } from './model'

const SAVE_AFTER_MS = 400
const LAST_WORDS_MS = 150
const KEPT = 'desk.notes'

/** How the notes stand: nothing said, on their way, kept, or why not. */
export type Saving = { kind: 'none' | 'saving' | 'saved' } | { kind: 'unsaved'; problem: Problem }

export class Notes {
  text = ''
  state: Saving = { kind: 'none' }
  private call: string | null = null
  private saved = ''
  private timer = 0
  private lastTimer = 0

  /** `save` gives null or a problem; `changed` asks for a new picture. */
  constructor(
    private readonly save: (call: string, text: string) => Promise<Problem | null>,
    private readonly changed: () => void,
  ) {}

  /** The server's word about the current call: taken over unless something newer was typed here. */
  follow(call: Call | null): void {
    if (call === null) {
      if (this.call === null) return
      this.forget()
    } else if (call.call !== this.call) {
      this.forget()
      this.call = call.call
      this.text = this.saved = call.notes ?? ''
      this.state = { kind: this.text === '' ? 'none' : 'saved' }
      const draft = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as { call: string; text: string } | null
      if (draft?.call === this.call && draft.text !== this.text) {
        this.text = draft.text
        this.later()
      }
    } else if (this.text === this.saved && call.notes) {
      if (this.text === call.notes) return
      this.text = this.saved = call.notes
    } else if (!call.notes && this.saved !== '') {
      // The server began anew and knows no notes: tell it again.
      this.saved = ''
      this.later()
    } else return
    this.changed()
  }

  typed(text: string): void {
    this.text = text
    sessionStorage.setItem(KEPT, JSON.stringify({ call: this.call, text }))
    this.later()
    this.changed()
  }

  /** A timer that runs is left alone: who types without a pause is saved all the same. */
  private later(): void {
    this.state = { kind: 'saving' }
    if (this.timer === 0) this.timer = window.setTimeout(() => void this.flush(), SAVE_AFTER_MS)
  }

  /** The wrap-up ends by itself at a time: what is typed by then has to be on its way. */
  before(deadlineMs: number): void {
    clearTimeout(this.lastTimer)
    if (deadlineMs <= LAST_WORDS_MS) return
    this.lastTimer = window.setTimeout(() => void this.flush(), deadlineMs - LAST_WORDS_MS)
  }

  async flush(): Promise<void> {
    this.stop()
    const { call, text } = this
    if (call === null || text === this.saved) return
    const problem = await this.save(call, text)
    if (call !== this.call) return
    if (problem === null) this.saved = text
    if (problem?.code === 'timeout' || problem?.code === 'busy') this.later()
    if (problem !== null) this.state = { kind: 'unsaved', problem }
    else this.state = { kind: this.text === text ? 'saved' : 'saving' }
    this.changed()
  }

  private stop(): void {
    clearTimeout(this.timer)
    this.timer = 0
  }

  private forget(): void {
    const { call, text } = this
    if (call !== null) sessionStorage.removeItem(KEPT)
    // The call left the screen before the typing paused: its notes are saved all the same.
    if (call !== null && text !== this.saved) void this.save(call, text)
    this.stop()
    clearTimeout(this.lastTimer)
    this.call = null
    this.text = this.saved = ''
    this.state = { kind: 'none' }
  }
}
