import type { ReactNode } from 'react'

import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'

/** The button at the end of a row, and what can be done with the row. */
export function RowMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu
      position="bottom-end"
      // As high as there is room for; the rest scrolls.
      middlewares={{ flip: true, shift: true, size: true }}
      withinPortal
      returnFocus
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" className="more" aria-label={label}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className="menu">
        {/* Where the focus goes first: the library's own has a role that no menu may hold. And what
            scrolls has to have something in it that the tab key reaches. */}
        <div role="group" aria-label={label} className="first" tabIndex={0} data-autofocus />
        {children}
      </Menu.Dropdown>
    </Menu>
  )
}
