/** After which earlier answer the next message of a session is said: this tab's own affair, until it is sent. */
import { useSyncExternalStore } from 'react'
import type { Message } from '@/api/types'

let chosen: Message | null = null
const listeners = new Set<() => void>()

export function continueFrom(message: Message | null): void {
  chosen = message
  for (const listener of listeners) listener()
}

/** The answer in this session from which to continue; null for the end of the branch, as ever. */
export function useContinuing(sessionId: string): Message | null {
  const message = useSyncExternalStore(subscribe, () => chosen)
  return message?.session_id === sessionId ? message : null
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
