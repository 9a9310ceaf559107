/** Which questions are being said otherwise: this tab's own affair. */
import { useSyncExternalStore } from 'react'

let edited: ReadonlySet<string> = new Set()
const listeners = new Set<() => void>()

/** Have a question edited in its place, wherever it stands, or be done with that. */
export function edit(messageId: string, isEdited: boolean): void {
  const rest = [...edited].filter((id) => id !== messageId)
  edited = new Set(isEdited ? [...rest, messageId] : rest)
  for (const listener of listeners) listener()
}

/** The ids of the messages that are edited; the same set as long as they are the same. */
export function useEdited(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => edited)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
