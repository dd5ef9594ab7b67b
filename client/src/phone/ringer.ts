import { soundAt } from './devices'

const BEAT_S = 3
const NOTES: ReadonlyArray<[number, number]> = [
  [0, 587],
  [0.18, 740],
  [0.36, 880],
]

/** Rings at a device of its own choice, with a sound that is made, not fetched. */
export class Ringer {
  private context: AudioContext | null = null
  private element: HTMLAudioElement | null = null
  private timer = 0

  /** Begin to ring; silently where the browser allows no sound before the first click. */
  async start(device: string): Promise<void> {
    this.stop()
    const context = new AudioContext()
    const out = context.createMediaStreamDestination()
    const element = new Audio()
    this.context = context
    this.element = element
    element.srcObject = out.stream
    await soundAt(element, device)
    if (this.context !== context) return
    const beat = () => {
      for (const [after, hz] of NOTES) chime(context, out, context.currentTime + after, hz)
    }
    beat()
    this.timer = window.setInterval(beat, BEAT_S * 1000)
    await Promise.all([context.resume(), element.play()]).catch(() => undefined)
  }

  stop(): void {
    window.clearInterval(this.timer)
    this.element?.pause()
    void this.context?.close()
    this.context = null
    this.element = null
  }
}

function chime(context: AudioContext, out: AudioNode, at: number, hz: number): void {
  const tone = context.createOscillator()
  const volume = context.createGain()
  tone.frequency.value = hz
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.9)
  tone.connect(volume).connect(out)
  tone.start(at)
  tone.stop(at + 1)
}
