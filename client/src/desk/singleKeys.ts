import { create } from 'zustand'

const KEPT = 'console.single-keys'

const useKept = create<{ areOn: boolean }>()(() => ({ areOn: localStorage.getItem(KEPT) !== 'off' }))

function turn(areOn: boolean): void {
  localStorage.setItem(KEPT, areOn ? 'on' : 'off')
  useKept.setState({ areOn })
}

/** Whether single keys work, as this browser remembers it; without them, everything is a button. */
export const useSingleKeys = (): [boolean, (areOn: boolean) => void] => [useKept((s) => s.areOn), turn]
