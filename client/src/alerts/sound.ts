let context: AudioContext | null = null

/** Two tones, higher for what is critical; silent where the browser lets no page sound yet. */
export function ring(isCritical: boolean): void {
  try {
    context ??= new AudioContext()
    void context.resume()
    const begin = context.currentTime + 0.02
    const tones = isCritical ? [880, 660, 880] : [520, 660]
    tones.forEach((hertz, index) => {
      if (context === null) return
      const tone = context.createOscillator()
      const level = context.createGain()
      const at = begin + index * 0.22
      tone.frequency.value = hertz
      level.gain.setValueAtTime(0, at)
      level.gain.linearRampToValueAtTime(0.2, at + 0.02)
      level.gain.linearRampToValueAtTime(0, at + 0.2)
      tone.connect(level).connect(context.destination)
      tone.start(at)
      tone.stop(at + 0.21)
    })
    document.documentElement.dataset['rang'] = String(
      Number(document.documentElement.dataset['rang'] ?? '0') + 1,
    )
  } catch {
    // A browser without sound shows the alert all the same.
  }
}
