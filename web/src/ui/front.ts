/** The dialog in front of all others. The browser lets nobody reach what lies outside of it. */

let open: readonly HTMLElement[] = []
const listeners = new Set<() => void>()

export const front = {
  snapshot: (): HTMLElement | null => open.at(-1) ?? null,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

/** Say that a dialog has opened; returns how to say that it is gone. */
export function toFront(dialog: HTMLElement): () => void {
  change([...open, dialog])
  return () => change(open.filter((one) => one !== dialog))
}

function change(next: readonly HTMLElement[]): void {
  open = next
  for (const listener of listeners) listener()
}
