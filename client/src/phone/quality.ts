import type { Level, Quality } from './port'

interface Seen {
  received: number
  lost: number
}

const GOOD_MOS = 4
const FAIR_MOS = 3.6

/** An estimate of how a talk sounds, 1 to 4.5, by the E-model's short form. */
export function estimate(rttMs: number, jitterMs: number, lost: number): number {
  const delay = rttMs / 2 + 2 * jitterMs + 10
  const worn = delay < 160 ? delay / 40 : (delay - 120) / 10
  const r = Math.min(93.2, Math.max(0, 93.2 - worn - 250 * lost))
  return 1 + 0.035 * r + 0.000007 * r * (r - 60) * (100 - r)
}

export function level(mos: number): Level {
  return mos >= GOOD_MOS ? 'good' : mos >= FAIR_MOS ? 'fair' : 'poor'
}

/** Looks at a connection's statistics now and then; loss is that since the last look. */
export class Listener {
  private before: Seen = { received: 0, lost: 0 }

  async look(connection: RTCPeerConnection): Promise<Quality | null> {
    let rtt = 0
    let jitter = 0
    let now: Seen | null = null
    for (const one of (await connection.getStats()).values()) {
      if (one.type === 'inbound-rtp' && one.kind === 'audio') {
        now = { received: one.packetsReceived ?? 0, lost: Math.max(0, one.packetsLost ?? 0) }
        jitter = 1000 * (one.jitter ?? 0)
      } else if (one.type === 'candidate-pair' && one.nominated === true) {
        rtt = 1000 * (one.currentRoundTripTime ?? 0)
      }
    }
    if (now === null) return null
    const received = now.received - this.before.received
    const missed = now.lost - this.before.lost
    this.before = now
    // Whoever hears nothing at all for so long has lost everything.
    const lost = received + missed > 0 ? missed / (received + missed) : 1
    return { level: level(estimate(rtt, jitter, lost)), rtt: Math.round(rtt), lost }
  }
}
