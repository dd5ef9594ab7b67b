import { type ComponentType, lazy } from 'react'

import {
  IconBell,
  IconHistory,
  IconLayoutDashboard,
  IconMicrophone,
  IconPhoneOutgoing,
  IconReportAnalytics,
  type Icon,
} from '@tabler/icons-react'

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

/** For a page that is loaded later. */
export function later(
  load: () => Promise<{ default: ComponentType<{ me: Me }> }>,
): ComponentType<{ me: Me }> {
  return lazy(load)
}

/**
 * Another page: a row here, its folder, its words, and what it takes (`core/permissions.py`).
 * What is not the floor is loaded when asked for.
 */
export const PAGES: readonly PageOf[] = [
  { at: 'floor', word: 'page.floor', sign: IconLayoutDashboard, Page: Floor },
  {
    at: 'alerts',
    word: 'page.alerts',
    sign: IconBell,
    Page: later(() => import('./alerts/Alerts')),
  },
  {
    at: 'reports',
    word: 'page.reports',
    sign: IconReportAnalytics,
    Page: later(() => import('./reports/Reports')),
  },
  {
    at: 'recordings',
    word: 'page.recordings',
    sign: IconMicrophone,
    Page: later(() => import('./recordings/Recordings')),
  },
  {
    at: 'campaigns',
    word: 'page.campaigns',
    sign: IconPhoneOutgoing,
    Page: later(() => import('./campaigns/Campaigns')),
  },
  {
    at: 'audit',
    word: 'page.audit',
    sign: IconHistory,
    Page: later(() => import('./audit/Audit')),
  },
]

/** The pages that are for somebody; the first is where they begin. */
export function pagesOf(me: Me): readonly PageOf[] {
  return PAGES.filter((page) => me.pages.includes(page.at))
}
