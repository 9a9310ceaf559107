/** Files open side by side: what is written in each, what was saved, and what came from elsewhere. Pure. */
import type { FileText } from '@/api/types'
import { afterMove, isWithin } from '../paths'

/** A text as the server has it. */
export interface Saved {
  text: string
  etag: string
  encoding: FileText['encoding']
}

export interface Tab {
  path: string
  /** What the writing began from; null until it was read, and for what is no text. */
  base: Saved | null
  text: string
  /** What the server has by now, while something unsaved stands here. */
  theirs: Saved | null
  /** It was deleted elsewhere; what is here can still be saved. */
  isGone: boolean
}

export interface Desk {
  tabs: Tab[]
  active: string | null
}

export type DeskAction =
  | { kind: 'opened'; path: string }
  | { kind: 'read'; path: string; saved: Saved }
  | { kind: 'restored'; path: string; base: Saved; text: string }
  | { kind: 'edited'; path: string; text: string }
  | { kind: 'saved'; path: string; saved: Saved }
  | { kind: 'resolved'; path: string; text: string }
  | { kind: 'gone'; path: string }
  | { kind: 'closed'; path: string }
  | { kind: 'closedOthers'; path: string }
  | { kind: 'moved'; from: string; to: string }
  | { kind: 'removed'; path: string }

export const EMPTY_DESK: Desk = { tabs: [], active: null }

export function isDirty(tab: Tab): boolean {
  return tab.base !== null && tab.text !== tab.base.text
}

export function reduceDesk(desk: Desk, action: DeskAction): Desk {
  switch (action.kind) {
    case 'opened':
      return withTab(desk, action.path)
    case 'closed':
      return without(desk, (tab) => tab.path === action.path)
    case 'closedOthers':
      return { ...without(desk, (tab) => tab.path !== action.path && !isDirty(tab)), active: action.path }
    case 'moved':
      return moved(desk, action.from, action.to)
    case 'removed':
      return removed(desk, action.path)
    default:
      return withChanged(desk, action)
  }
}

/** The very same desk when nothing changes, so that nothing is drawn anew. */
function withChanged(desk: Desk, action: TabAction): Desk {
  const tabs = desk.tabs.map((tab) => (tab.path === action.path ? reduceTab(tab, action) : tab))
  return tabs.every((tab, index) => tab === desk.tabs[index]) ? desk : { ...desk, tabs }
}

type TabAction = Extract<DeskAction, { kind: 'read' | 'restored' | 'edited' | 'saved' | 'resolved' | 'gone' }>

function reduceTab(tab: Tab, action: TabAction): Tab {
  switch (action.kind) {
    case 'read':
      return afterReading(tab, action.saved)
    case 'restored':
      return { ...tab, base: action.base, text: action.text }
    case 'edited':
      return tab.base === null || tab.text === action.text ? tab : { ...tab, text: action.text }
    case 'saved':
      return { ...tab, base: action.saved, theirs: null, isGone: false }
    case 'resolved':
      // What they wrote is now what this began from, so that saving is a change of theirs.
      return { ...tab, base: tab.theirs ?? tab.base, text: action.text, theirs: null }
    case 'gone':
      return tab.isGone ? tab : { ...tab, isGone: true }
  }
}

/** A clean text follows the server; one with unsaved changes keeps them and learns what is there now. */
function afterReading(tab: Tab, saved: Saved): Tab {
  if (tab.base === null || !isDirty(tab) || saved.text === tab.text) {
    const same = tab.base?.etag === saved.etag && tab.text === saved.text && !tab.isGone && tab.theirs === null
    return same ? tab : { ...tab, base: saved, text: saved.text, theirs: null, isGone: false }
  }
  if (saved.etag === tab.base.etag) return tab.theirs || tab.isGone ? { ...tab, theirs: null, isGone: false } : tab
  return tab.theirs?.etag === saved.etag && !tab.isGone ? tab : { ...tab, theirs: saved, isGone: false }
}

function withTab(desk: Desk, path: string): Desk {
  if (desk.tabs.some((tab) => tab.path === path)) return desk.active === path ? desk : { ...desk, active: path }
  const tab: Tab = { path, base: null, text: '', theirs: null, isGone: false }
  const at = desk.tabs.findIndex((one) => one.path === desk.active) + 1
  return { tabs: desk.tabs.toSpliced(at === 0 ? desk.tabs.length : at, 0, tab), active: path }
}

/** The one to the right becomes active, else the one to the left. */
function without(desk: Desk, isOut: (tab: Tab) => boolean): Desk {
  const tabs = desk.tabs.filter((tab) => !isOut(tab))
  if (tabs.some((tab) => tab.path === desk.active)) return { ...desk, tabs }
  const at = desk.tabs.findIndex((tab) => tab.path === desk.active)
  const kept = [...desk.tabs.slice(at), ...desk.tabs.slice(0, Math.max(at, 0)).reverse()].find((tab) => !isOut(tab))
  return { tabs, active: kept?.path ?? null }
}

function moved(desk: Desk, from: string, to: string): Desk {
  const renamed = desk.tabs.map((tab) => ({ ...tab, path: afterMove(tab.path, from, to) }))
  const replaced = new Set(
    desk.tabs.filter((tab) => isWithin(tab.path, from)).map((tab) => afterMove(tab.path, from, to)),
  )
  const tabs = renamed.filter((tab, index) => desk.tabs[index]?.path !== tab.path || !replaced.has(tab.path))
  return { tabs, active: desk.active === null ? null : afterMove(desk.active, from, to) }
}

/** Deleted here: what has unsaved changes stays, for it may be all there is. */
function removed(desk: Desk, path: string): Desk {
  const marked = desk.tabs.map((tab) => (isWithin(tab.path, path) && isDirty(tab) ? { ...tab, isGone: true } : tab))
  return without({ ...desk, tabs: marked }, (tab) => isWithin(tab.path, path) && !tab.isGone)
}
