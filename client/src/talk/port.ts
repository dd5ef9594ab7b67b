/** A visitor's one call, whoever carries it. */

/** What the server says of how to call. */
export type Way =
  | { kind: 'sip'; url: string; user: string; to: string; ice: string[] }
  | { kind: 'twilio'; token: string; edge: string }
  | { kind: 'made-up'; url: string; note: string }

export interface Told {
  talking(): void
  over(failed: boolean): void
  /** What a voice that is made up hears. */
  heard(text: string): void
}

export interface VisitorCall {
  mute(on: boolean): void
  keys(keys: string): void
  hangUp(): void
}

export type Caller<W extends Way> = (way: W, told: Told, microphone: MediaStream | null) => Promise<VisitorCall>
