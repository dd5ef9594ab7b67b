import { create } from 'zustand'

/** A switch that this browser remembers, the same on all its pages; on until somebody switches it off. */
export interface Kept {
  use: () => [boolean, (isOn: boolean) => void]
  isOn: () => boolean
  turn: (isOn: boolean) => void
  subscribe: (listener: (isOn: boolean) => void) => () => void
}

function kept(name: string): Kept {
  const read = () => ({ isOn: localStorage.getItem(name) !== 'off' })
  const useIt = create<{ isOn: boolean }>()(read)
  // Another tab has switched it.
  window.addEventListener('storage', ({ key }) => key === name && useIt.setState(read()))
  const turn = (isOn: boolean) => {
    localStorage.setItem(name, isOn ? 'on' : 'off')
    useIt.setState({ isOn })
  }
  return {
    use: () => [useIt((s) => s.isOn), turn],
    isOn: () => useIt.getState().isOn,
    turn,
    subscribe: (listener) => useIt.subscribe(({ isOn }) => listener(isOn)),
  }
}

/** Whether single keys work; without them, everything is a button. */
export const singleKeys = kept('console.single-keys')
/** Whether alerts are heard. */
export const alertSound = kept('console.sound')
/** Whether what is offered to an agent is heard, at the desk and on the phone in the browser. */
export const offerSound = kept('desk.sound')
