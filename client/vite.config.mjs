import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Where `npm run dev` finds the server.
const server = process.env.CC_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../contact_center/adapters/console/static',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      // The visitors' page serves its files at an address of its own.
      resolveDependencies: (_file, needed, { hostId }) => (hostId.includes('talk-') ? [] : needed),
    },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        index: 'index.html',
        desk: 'desk.html',
        phone: 'phone.html',
        customer: 'customer.html',
        talk: 'src/talk/main.ts',
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/desk': server,
      '/ws': { target: server, ws: true },
      '/phone/api': { target: server, ws: true },
      '/customer/api': server,
      '/console/api': { target: server, ws: true },
    },
  },
})
