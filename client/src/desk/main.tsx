import '@mantine/core/styles.css'
import '../ground.css'
import './desk.css'
import './side.css'
import './promise.css'
import './call.css'
import './whom.css'
import './script.css'
import './lookup.css'

import { MantineProvider } from '@mantine/core'
import { setNonce } from 'get-nonce'
import { createRoot } from 'react-dom/client'

import { resolver, theme } from '../theme'
import { Desk } from './Desk'

const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? ''
// What keeps the page from scrolling behind a dialog makes a style sheet of its own.
setNonce(nonce)

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <Desk />
    </MantineProvider>,
  )
}
