import { useSyncExternalStore } from 'react'

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** What stands after `#`, in parts: `#reports/sales` is `['reports', 'sales']`. */
export function useRoute(): readonly string[] {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash)
  const [path = ''] = hash.replace(/^#\/?/, '').split('?')
  return path.split('/').map(decodeURIComponent)
}

/** Go to a page, or a part of one. */
export function go(...parts: readonly string[]): void {
  window.location.hash = parts.map(encodeURIComponent).join('/')
}
