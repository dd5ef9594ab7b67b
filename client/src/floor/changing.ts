import { create } from 'zustand'

/** Whom a message is for; everybody, when it says nobody. */
export interface Told {
  agents?: string[]
  queue?: string
  everybody?: boolean
}

/** Whom a dialog is to change; null while it is shut. */
interface Changing {
  agents: readonly string[] | null
  queue: string | null
  breaksOf: string | null
  told: Told | null
  listed: boolean
}

const SHUT: Changing = { agents: null, queue: null, breaksOf: null, told: null, listed: false }

export const useChanging = create<Changing>()(() => SHUT)

export const changeAgents = (agents: readonly string[]) => useChanging.setState({ agents })
export const changeQueue = (queue: string) => useChanging.setState({ queue })
export const pauseQueues = (breaksOf: string) => useChanging.setState({ breaksOf })
export const tell = (told: Told) => useChanging.setState({ told })
export const listChanges = () => useChanging.setState({ listed: true })
export const shut = () => useChanging.setState(SHUT)
