/** Short messages at the edge of the screen; the last one may offer to undo. */

export interface Toast {
  id: number
  text: string
  action?: { label: string; onPick: () => void }
}

let shown: readonly Toast[] = []
let nextId = 1
const listeners = new Set<() => void>()

export const toasts = {
  snapshot: (): readonly Toast[] => shown,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

const SECONDS = { plain: 5, withAction: 10 }

/** Say something; returns nothing to wait for. */
export function toast(text: string, action?: Toast['action']): void {
  const id = nextId++
  change([...shown.slice(-2), { id, text, action }])
  setTimeout(() => dismiss(id), (action ? SECONDS.withAction : SECONDS.plain) * 1000)
}

export function dismiss(id: number): void {
  change(shown.filter((one) => one.id !== id))
}

function change(next: readonly Toast[]): void {
  shown = next
  for (const listener of listeners) listener()
}
