/** Whether the notifications centre is open: the bell, a toast and a key all open the same one. */

let isOpen = false
const listeners = new Set<() => void>()

export const centre = {
  snapshot: (): boolean => isOpen,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  open: () => become(true),
  close: () => become(false),
}

function become(next: boolean): void {
  isOpen = next
  for (const listener of listeners) listener()
}
