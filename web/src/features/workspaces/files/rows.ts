/** The tree as the lines that are seen, and where the keyboard goes in it. Pure. */
import { isWithin, nameOf, parentOf } from '../paths'

export interface TreeEntry {
  path: string
  kind: 'file' | 'folder' | 'link' | 'other'
  size: number
}

export interface Folder {
  entries: TreeEntry[]
  /** There is more than has been read. */
  hasMore: boolean
}

export type Row =
  | { kind: 'entry'; key: string; entry: TreeEntry; level: number; position: number; setSize: number; isOpen: boolean }
  | { kind: 'more'; key: string; folder: string; level: number }
  | { kind: 'waiting'; key: string; folder: string; level: number }
  | { kind: 'empty'; key: string; folder: string; level: number }

/** Every line in sight: what is in a folder follows it while it is open. Levels begin at 1. */
export function rowsOf(folders: ReadonlyMap<string, Folder>, open: ReadonlySet<string>, folder = '', level = 1): Row[] {
  const known = folders.get(folder)
  if (!known) return [{ kind: 'waiting', key: `waiting ${folder}`, folder, level }]
  if (known.entries.length === 0) return folder === '' ? [] : [{ kind: 'empty', key: `empty ${folder}`, folder, level }]
  const setSize = known.hasMore ? -1 : known.entries.length
  const rows = known.entries.flatMap((entry, index): Row[] => {
    const isOpen = entry.kind === 'folder' && open.has(entry.path)
    const row: Row = { kind: 'entry', key: entry.path, entry, level, position: index + 1, setSize, isOpen }
    return isOpen ? [row, ...rowsOf(folders, open, entry.path, level + 1)] : [row]
  })
  return known.hasMore ? [...rows, { kind: 'more', key: `more ${folder}`, folder, level }] : rows
}

/** What a key does in a tree: go to another line, open or close a folder. Null when it does nothing here. */
export type TreeMove =
  | { kind: 'focus'; path: string }
  | { kind: 'open'; path: string }
  | { kind: 'close'; path: string }

export function moveFor(key: string, rows: Row[], focused: string | null): TreeMove | null {
  const entries = rows.filter((row) => row.kind === 'entry')
  const at = entries.findIndex((row) => row.entry.path === focused)
  const row = entries[at]
  const to = (index: number): TreeMove | null => {
    const target = entries[index]
    return target ? { kind: 'focus', path: target.entry.path } : null
  }
  if (key === 'Home') return to(0)
  if (key === 'End') return to(entries.length - 1)
  if (!row) return key === 'ArrowDown' || key === 'ArrowUp' ? to(0) : null
  if (key === 'ArrowDown') return to(at + 1)
  if (key === 'ArrowUp') return to(at - 1)
  const { path, kind } = row.entry
  if (key === 'ArrowRight' && kind === 'folder') {
    if (!row.isOpen) return { kind: 'open', path }
    return entries[at + 1]?.level === row.level + 1 ? to(at + 1) : null
  }
  if (key !== 'ArrowLeft') return null
  if (row.isOpen) return { kind: 'close', path }
  const parent = parentOf(path)
  return parent === '' ? null : { kind: 'focus', path: parent }
}

/** The next line whose name begins with what was typed, after the one that has the focus; the search wraps. */
export function typedAhead(typed: string, rows: Row[], focused: string | null): string | null {
  const entries = rows.flatMap((row) => (row.kind === 'entry' ? [row.entry] : []))
  const at = entries.findIndex((entry) => entry.path === focused)
  const from = typed.length > 1 ? Math.max(at, 0) : at + 1
  const wanted = typed.toLocaleLowerCase()
  const around = [...entries.slice(from), ...entries.slice(0, from)]
  return around.find((entry) => nameOf(entry.path).toLocaleLowerCase().startsWith(wanted))?.path ?? null
}

/** Why `path` cannot be moved into `folder`; null when it can. */
export function whyNotInto(path: string, folder: string): 'same' | 'inside' | null {
  if (parentOf(path) === folder) return 'same'
  return isWithin(folder, path) && folder !== '' ? 'inside' : null
}
