import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './style.css'

import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { setNonce } from 'get-nonce'
import { createRoot } from 'react-dom/client'

import { App } from './App'
import { lookOnce } from './store'
import { resolver, theme } from './theme'

const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? ''
// What keeps the page from scrolling behind a dialog makes a style sheet of its own.
setNonce(nonce)

// The server finds out who is there while the page is made. A screen on a wall is nobody.
if (!/^#\/?wall\b/.test(window.location.hash)) lookOnce()

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Notifications position="bottom-right" limit={4} />
      <App />
    </MantineProvider>,
  )
}
