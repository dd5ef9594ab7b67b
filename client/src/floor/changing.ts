import { create } from 'zustand'

/** Whom a dialog is to change; null while it is shut. */
interface Changing {
  agents: readonly string[] | null
  queue: string | null
  listed: boolean
}

export const useChanging = create<Changing>()(() => ({ agents: null, queue: null, listed: false }))

export const changeAgents = (agents: readonly string[]) => useChanging.setState({ agents })
export const changeQueue = (queue: string) => useChanging.setState({ queue })
export const listChanges = () => useChanging.setState({ listed: true })
export const shut = () => useChanging.setState({ agents: null, queue: null, listed: false })
