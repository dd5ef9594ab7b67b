/** What answers the phone on this page; null: the telephone is elsewhere. */
export const handset: { answer: (() => void) | null } = { answer: null }
