/** The open files of each workspace in this tab, and what of them outlives a reload. */
import { type Desk, type DeskAction, EMPTY_DESK, isDirty, reduceDesk, type Saved } from './tabs'

const PREFIX = 'guildhall.desk.'
const KEEP_AFTER_MS = 400
const MOST_LETTERS = 2_000_000

export class DeskStore {
  private desk: Desk
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly listeners = new Set<() => void>()

  constructor(private readonly key: string) {
    this.desk = read(key)
  }

  snapshot = (): Desk => this.desk

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  dispatch(action: DeskAction): Desk {
    const next = reduceDesk(this.desk, action)
    if (next === this.desk) return next
    this.desk = next
    for (const listener of this.listeners) listener()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER_MS)
    return next
  }

  /** Whether everything unsaved would be here again after a reload. */
  keep(): boolean {
    clearTimeout(this.timer)
    return keep(this.key, this.desk)
  }
}

const desks = new Map<string, DeskStore>()

export function deskOf(userId: string, workspaceId: string): DeskStore {
  const key = `${PREFIX}${userId}.${workspaceId}`
  const known = desks.get(key) ?? new DeskStore(key)
  desks.set(key, known)
  return known
}

interface Kept {
  active: string | null
  tabs: { path: string; base?: Saved; text?: string }[]
}

function keep(key: string, desk: Desk): boolean {
  const tabs = desk.tabs.map((tab) => {
    return isDirty(tab) && tab.base ? { path: tab.path, base: tab.base, text: tab.text } : { path: tab.path }
  })
  const text = JSON.stringify({ active: desk.active, tabs } satisfies Kept)
  try {
    if (text.length > MOST_LETTERS) return false
    if (tabs.length === 0) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
    return true
  } catch {
    return false
  }
}

function read(key: string): Desk {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null
    if (!kept) return EMPTY_DESK
    const opened = kept.tabs.reduce<Desk>((desk, { path, base, text }) => {
      const next = reduceDesk(desk, { kind: 'opened', path })
      return base && text !== undefined ? reduceDesk(next, { kind: 'restored', path, base, text }) : next
    }, EMPTY_DESK)
    return { ...opened, active: kept.active }
  } catch {
    return EMPTY_DESK
  }
}
