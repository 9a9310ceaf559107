/** Which lines of the tree are chosen, and how clicks and keys change that. Pure. */
import { joined, nameOf } from '../paths'
import { moveFor, type Row, whyNotInto } from './rows'

export interface Selection {
  chosen: ReadonlySet<string>
  /** Where a stretch begins: the line that was chosen, or only looked at, last. */
  anchor: string | null
  /** Every click chooses, as fingers have no Ctrl key. */
  isOn: boolean
}

export const NOTHING: Selection = { chosen: new Set(), anchor: null, isOn: false }

/** Nothing is chosen any more; a stretch may begin here. */
export function begunAt(path: string): Selection {
  return { ...NOTHING, anchor: path }
}

export function toggled(selection: Selection, path: string): Selection {
  const chosen = new Set(selection.chosen)
  if (!chosen.delete(path)) chosen.add(path)
  return { ...selection, chosen, anchor: path }
}

/** The file that was opened by the click before is the first one of those that are chosen now. */
export function withOpen(selection: Selection, rows: Row[], open: string | null): Selection {
  const isFirst = open !== null && selection.chosen.size === 0 && !selection.isOn && selection.anchor === open
  return isFirst && pathsOf(rows).includes(open) ? toggled(selection, open) : selection
}

/** From the anchor to `path`, and nothing else; the anchor stays. */
export function extended(selection: Selection, rows: Row[], path: string): Selection {
  const paths = pathsOf(rows)
  const to = paths.indexOf(path)
  const known = paths.indexOf(selection.anchor ?? path)
  const from = known === -1 ? to : known
  const chosen = new Set(paths.slice(Math.min(from, to), Math.max(from, to) + 1))
  return { ...selection, chosen, anchor: paths[from] ?? path }
}

export function withAll(selection: Selection, rows: Row[]): Selection {
  return { ...selection, chosen: new Set(pathsOf(rows)) }
}

/** What is chosen and in sight: what lies in a closed folder, or has gone, is not meant. */
export function chosenIn(selection: Selection, rows: Row[]): string[] {
  return selection.chosen.size === 0 ? [] : pathsOf(rows).filter((path) => selection.chosen.has(path))
}

/** Without those that lie in others: they go along. */
export function outermost(paths: string[]): string[] {
  const kept = new Set<string>()
  for (const path of [...paths].sort((one, other) => one.length - other.length)) if (!isIn(kept, path)) kept.add(path)
  return paths.filter((path) => kept.has(path))
}

function isIn(folders: ReadonlySet<string>, path: string): boolean {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    if (folders.has(path.slice(0, at))) return true
  return false
}

export interface Pressed {
  key: string
  shiftKey: boolean
  /** Ctrl, or ⌘. */
  command: boolean
}

/** What a key does to the selection, and where the focus goes then; null when it has nothing to do with it. */
export function selectionFor(
  pressed: Pressed,
  selection: Selection,
  rows: Row[],
  focused: string | null,
): { selection: Selection; focus: string | null } | null {
  const { key, shiftKey, command } = pressed
  const isSelecting = selection.isOn || selection.chosen.size > 0
  const stay = (next: Selection) => ({ selection: next, focus: null })
  if (command && key.toLowerCase() === 'a') return stay(withAll(selection, rows))
  if (key === ' ' && focused !== null && (command || isSelecting)) return stay(toggled(selection, focused))
  if (key === 'Escape' && isSelecting) return stay(NOTHING)
  if (!shiftKey || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(key)) return null
  const move = moveFor(key, rows, focused)
  if (move?.kind !== 'focus') return null
  const begun = selection.chosen.size === 0 ? { ...selection, anchor: focused } : selection
  return { selection: extended(begun, rows, move.path), focus: move.path }
}

/** Where each of these goes when they are moved into a folder; those that are there, or would go into themselves, stay. */
export function movesInto(paths: string[], folder: string): { source: string; target: string }[] {
  return outermost(paths)
    .filter((source) => whyNotInto(source, folder) === null)
    .map((source) => ({ source, target: joined(folder, nameOf(source)) }))
}

function pathsOf(rows: Row[]): string[] {
  return rows.flatMap((row) => (row.kind === 'entry' ? [row.entry.path] : []))
}
