import { describe, expect, it } from 'vitest'
import { type Folder, moveFor, rowsOf, type TreeEntry, typedAhead, whyNotInto } from './rows'

const folder = (path: string): TreeEntry => ({ path, kind: 'folder', size: 0 })
const file = (path: string): TreeEntry => ({ path, kind: 'file', size: 1 })
const holds = (...entries: TreeEntry[]): Folder => ({ entries, hasMore: false })

const folders = new Map<string, Folder>([
  ['', holds(folder('docs'), folder('src'), file('README.md'), file('run.sh'))],
  ['src', holds(folder('src/deep'), file('src/app.py'))],
  ['src/deep', holds()],
])
const open = new Set(['src', 'src/deep'])
const rows = rowsOf(folders, open)

describe('the lines of a tree', () => {
  it('are what is in open folders, each below its own', () => {
    expect(rows.map((row) => [row.key, row.level])).toEqual([
      ['docs', 1],
      ['src', 1],
      ['src/deep', 2],
      ['empty src/deep', 3],
      ['src/app.py', 2],
      ['README.md', 1],
      ['run.sh', 1],
    ])
  })

  it('say where each stands among its neighbours', () => {
    const app = rows.find((row) => row.key === 'src/app.py')
    expect(app).toMatchObject({ position: 2, setSize: 2, isOpen: false })
  })

  it('tell of what is not read yet, and of what there is more', () => {
    expect(rowsOf(new Map(), new Set()).map((row) => row.kind)).toEqual(['waiting'])
    const half = new Map([['', { entries: [file('a')], hasMore: true }]])
    expect(rowsOf(half, new Set()).map((row) => row.kind)).toEqual(['entry', 'more'])
    expect(rowsOf(half, new Set())[0]).toMatchObject({ setSize: -1 })
  })

  it('are none in an empty workspace', () => {
    expect(rowsOf(new Map([['', holds()]]), new Set())).toEqual([])
  })
})

describe('a key in the tree', () => {
  it.each([
    ['ArrowDown', 'src', { kind: 'focus', path: 'src/deep' }],
    ['ArrowUp', 'src', { kind: 'focus', path: 'docs' }],
    ['ArrowUp', 'docs', null],
    ['Home', 'run.sh', { kind: 'focus', path: 'docs' }],
    ['End', 'docs', { kind: 'focus', path: 'run.sh' }],
    ['ArrowRight', 'docs', { kind: 'open', path: 'docs' }],
    ['ArrowRight', 'src', { kind: 'focus', path: 'src/deep' }],
    ['ArrowRight', 'src/deep', null],
    ['ArrowRight', 'README.md', null],
    ['ArrowLeft', 'src', { kind: 'close', path: 'src' }],
    ['ArrowLeft', 'src/app.py', { kind: 'focus', path: 'src' }],
    ['ArrowLeft', 'README.md', null],
    ['ArrowDown', null, { kind: 'focus', path: 'docs' }],
    ['Delete', 'src', null],
  ])('%s on %s', (key, focused, move) => {
    expect(moveFor(key, rows, focused)).toEqual(move)
  })

  it('that is a letter finds the next name that begins with it', () => {
    expect(typedAhead('r', rows, 'docs')).toBe('README.md')
    expect(typedAhead('r', rows, 'README.md')).toBe('run.sh')
    expect(typedAhead('r', rows, 'run.sh')).toBe('README.md')
    expect(typedAhead('ru', rows, 'run.sh')).toBe('run.sh')
    expect(typedAhead('x', rows, null)).toBe(null)
  })
})

it('a folder goes neither into itself nor where it is', () => {
  expect(whyNotInto('src', 'src/deep')).toBe('inside')
  expect(whyNotInto('src', 'src')).toBe('inside')
  expect(whyNotInto('src/app.py', 'src')).toBe('same')
  expect(whyNotInto('src/app.py', '')).toBe(null)
  expect(whyNotInto('README.md', '')).toBe('same')
})
