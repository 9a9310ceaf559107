import { describe, expect, it } from 'vitest'
import { type Folder, rowsOf, type TreeEntry } from './rows'
import {
  begunAt,
  chosenIn,
  extended,
  movesInto,
  NOTHING,
  outermost,
  type Selection,
  selectionFor,
  toggled,
  withAll,
  withOpen,
} from './selection'

const entry = (path: string, kind: TreeEntry['kind'] = 'file'): TreeEntry => ({ path, kind, size: 1 })
const folders = new Map<string, Folder>([
  ['', { entries: [entry('src', 'folder'), entry('a'), entry('b'), entry('c')], hasMore: false }],
  ['src', { entries: [entry('src/app.py')], hasMore: false }],
])
const rows = rowsOf(folders, new Set(['src']))
const chosen = (selection: Selection) => [...selection.chosen]
const key = (name: string, held: 'shift' | 'command' | null = null) => ({
  key: name,
  shiftKey: held === 'shift',
  command: held === 'command',
})

describe('a selection', () => {
  it('takes a line, and gives it back', () => {
    const one = toggled(NOTHING, 'a')
    expect(chosen(toggled(one, 'c'))).toEqual(['a', 'c'])
    expect(chosen(toggled(one, 'a'))).toEqual([])
  })

  it('begins with the file that the click before has opened', () => {
    expect(chosen(withOpen(begunAt('a'), rows, 'a'))).toEqual(['a'])
    for (const [selection, open] of [
      [begunAt('src'), 'a'],
      [NOTHING, 'a'],
      [toggled(begunAt('a'), 'b'), 'b'],
      [begunAt('gone'), 'gone'],
      [{ ...begunAt('a'), isOn: true }, 'a'],
    ] as const)
      expect(withOpen(selection, rows, open)).toBe(selection)
  })

  it('reaches from where it began, up or down, through open folders', () => {
    const down = extended(begunAt('src'), rows, 'b')
    expect(chosen(down)).toEqual(['src', 'src/app.py', 'a', 'b'])
    expect(chosen(extended(down, rows, 'src/app.py'))).toEqual(['src', 'src/app.py'])
    expect(chosen(extended(begunAt('c'), rows, 'b'))).toEqual(['b', 'c'])
    expect(chosen(extended(begunAt('gone'), rows, 'b'))).toEqual(['b'])
    expect(chosen(extended(NOTHING, rows, 'b'))).toEqual(['b'])
  })

  it('means only what is in sight', () => {
    const all = withAll(NOTHING, rows)
    expect(chosenIn(all, rows)).toEqual(['src', 'src/app.py', 'a', 'b', 'c'])
    expect(chosenIn(all, rowsOf(folders, new Set()))).toEqual(['src', 'a', 'b', 'c'])
  })
})

describe('a key', () => {
  it('with Shift takes the focus along', () => {
    const once = selectionFor(key('ArrowDown', 'shift'), NOTHING, rows, 'a')
    expect(once && chosen(once.selection)).toEqual(['a', 'b'])
    expect(once?.focus).toBe('b')
    const back = once && selectionFor(key('ArrowUp', 'shift'), once.selection, rows, 'b')
    expect(back && chosen(back.selection)).toEqual(['a'])
    const end = selectionFor(key('End', 'shift'), NOTHING, rows, 'b')
    expect(end && chosen(end.selection)).toEqual(['b', 'c'])
  })

  it('takes everything, one, or nothing', () => {
    const all = selectionFor(key('a', 'command'), NOTHING, rows, 'a')
    expect(all?.selection.chosen.size).toBe(5)
    const one = selectionFor(key(' ', 'command'), NOTHING, rows, 'a')
    expect(one && chosen(one.selection)).toEqual(['a'])
    const two = one && selectionFor(key(' '), one.selection, rows, 'b')
    expect(two && chosen(two.selection)).toEqual(['a', 'b'])
    expect(two && selectionFor(key('Escape'), two.selection, rows, 'b')?.selection).toEqual(NOTHING)
  })

  it('means what it always does while nothing is chosen', () => {
    for (const name of [' ', 'Escape', 'ArrowDown', 'a']) expect(selectionFor(key(name), NOTHING, rows, 'a')).toBe(null)
    expect(selectionFor(key('ArrowRight', 'shift'), NOTHING, rows, 'a')).toBe(null)
  })
})

it('what lies in something that is chosen goes along with it', () => {
  expect(outermost(['src/app.py', 'b', 'src', 'srcs'])).toEqual(['b', 'src', 'srcs'])
})

it('only what can go into a folder is moved there', () => {
  expect(movesInto(['a', 'src/app.py', 'src', 'src/deep/b'], 'src')).toEqual([{ source: 'a', target: 'src/a' }])
  expect(movesInto(['a', 'src/app.py'], '')).toEqual([{ source: 'src/app.py', target: 'app.py' }])
  expect(movesInto(['src'], 'src/deep')).toEqual([])
})
