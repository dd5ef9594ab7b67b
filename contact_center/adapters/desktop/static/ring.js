// A soft two-tone ring. Browsers allow sound only after a click or a key, which logging in is.

let audio = null;
let timer = null;

export function allowSound() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}

function chime() {
  if (!audio || audio.state !== "running") return;
  for (const [delay, pitch] of [[0, 659], [0.22, 880]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = audio.currentTime + delay;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.6);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.65);
  }
}

export function ring(isRinging) {
  if (isRinging === (timer !== null)) return;
  clearInterval(timer);
  timer = null;
  if (isRinging) {
    chime();
    timer = setInterval(chime, 2_000);
  }
}
