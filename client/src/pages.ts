import { type ComponentType, lazy } from 'react'

import { IconLayoutDashboard, type Icon } from '@tabler/icons-react'

import { Floor } from './floor/Floor'
import type { Me } from './generated/console'
import type { Key } from './words/words'

/** A page of the console: `/console#at`. */
export interface PageOf {
  at: string
  word: Key
  sign: Icon
  Page: ComponentType<{ me: Me }>
}

/** Another page: a row here, its folder, its words. What is not the floor is loaded when asked for. */
export const PAGES: readonly PageOf[] = [
  { at: 'floor', word: 'page.floor', sign: IconLayoutDashboard, Page: Floor },
]

/** For a page that is loaded later. */
export function later(
  load: () => Promise<{ default: ComponentType<{ me: Me }> }>,
): ComponentType<{ me: Me }> {
  return lazy(load)
}
