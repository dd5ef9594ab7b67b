// A soft two-tone ring. Browsers allow sound only after a click or a key, which signing in is.

let audio: AudioContext | null = null
let timer = 0

export function allowSound(): void {
  audio ??= new AudioContext()
  if (audio.state === 'suspended') audio.resume().catch(() => undefined)
}

/** The two tones, once. */
export function chime(): void {
  if (audio === null || audio.state !== 'running') return
  for (const [delay, pitch] of [
    [0, 659],
    [0.22, 880],
  ] as const) {
    const tone = audio.createOscillator()
    const volume = audio.createGain()
    const at = audio.currentTime + delay
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0.0001, at)
    volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02)
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.6)
    tone.connect(volume).connect(audio.destination)
    tone.start(at)
    tone.stop(at + 0.65)
  }
}

export function ring(isRinging: boolean): void {
  if (isRinging === (timer !== 0)) return
  clearInterval(timer)
  timer = 0
  if (!isRinging) return
  const mine = (timer = window.setInterval(chime, 2_000))
  // Who calls is on the screen, a whole frame, before it rings; what nobody looks at is not painted.
  const begin = () => {
    if (timer === mine) chime()
  }
  if (document.hidden) begin()
  else requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(begin)))
}
