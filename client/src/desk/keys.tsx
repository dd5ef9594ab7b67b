import { useEffect } from 'react'

import { singleKeys } from '../kit/kept'
import { closeLookup, closePad, closePromise, closeWhom, pressed, pressedNumber, pressedOnPad, toggleReasons } from './acts'
import { boundTo } from './bindings'
import { leaveEnding } from './choosing'
import { isOpen, modeOf, pageOf } from './model'
import { allowSound } from './ring'
import { current } from './store'

const ARROWS: Readonly<Record<string, string>> = {
  arrowright: 'script-next',
  arrowleft: 'script-back',
}

/** Press a button of the script's page; gives whether there is one. */
function pressedOnPage(key: string): boolean {
  const page = pageOf(current())
  const id = boundTo(key) === 'said' ? 'script-confirm' : ARROWS[key]
  if (page === null || id === undefined || !isOpen(page) || modeOf(current()) === 'ring') return false
  const button = document.getElementById(id)
  if (!(button instanceof HTMLButtonElement) || button.disabled) return false
  button.click()
  return true
}

function escaped(target: HTMLElement, isTyping: boolean): void {
  if (isTyping) target.blur()
  toggleReasons(false)
  closeWhom()
  closePad()
  if (!leaveEnding()) closeLookup()
  if (!isTyping || target.closest('#promise') !== null) closePromise()
}

function listen(event: KeyboardEvent, areOn: boolean): void {
  allowSound()
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
  if (document.querySelector('[role=dialog]') !== null) return
  const target = event.target instanceof HTMLElement ? event.target : document.body
  const isTyping = target.matches('textarea, input, select')
  if (event.key === 'Escape') {
    escaped(target, isTyping)
    return
  }
  if (isTyping || (!areOn && event.key !== '?')) return
  const key = event.key.toLowerCase()
  if (!pressedOnPad(key)) {
    if (key >= '1' && key <= '9') pressedNumber(Number(key) - 1)
    else if (!pressedOnPage(key) && !pressed(key)) return
  }
  event.preventDefault()
}

/** The keys of the desk, while it is on the screen. */
export function useKeys(): void {
  const [areOn] = singleKeys.use()
  useEffect(() => {
    const heard = (event: KeyboardEvent) => listen(event, areOn)
    document.addEventListener('keydown', heard)
    document.addEventListener('pointerdown', allowSound)
    return () => {
      document.removeEventListener('keydown', heard)
      document.removeEventListener('pointerdown', allowSound)
    }
  }, [areOn])
}
