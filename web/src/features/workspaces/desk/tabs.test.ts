import { describe, expect, it } from 'vitest'
import { type Desk, type DeskAction, EMPTY_DESK, isDirty, reduceDesk } from './tabs'

const first = { text: 'one', etag: 'e1', encoding: 'utf-8' } as const
const second = { text: 'two', etag: 'e2', encoding: 'utf-8' } as const

function deskAfter(...actions: DeskAction[]): Desk {
  return actions.reduce(reduceDesk, EMPTY_DESK)
}

const opened: DeskAction[] = [
  { kind: 'opened', path: 'a' },
  { kind: 'read', path: 'a', saved: first },
]
const edited: DeskAction[] = [...opened, { kind: 'edited', path: 'a', text: 'mine' }]

describe('a text that is open', () => {
  it('is clean until it is written in, and again when what was there is back', () => {
    expect(deskAfter(...opened).tabs.map(isDirty)).toEqual([false])
    expect(deskAfter(...edited).tabs.map(isDirty)).toEqual([true])
    expect(deskAfter(...edited, { kind: 'edited', path: 'a', text: 'one' }).tabs.map(isDirty)).toEqual([false])
  })

  it('follows the server while it is clean', () => {
    const [tab] = deskAfter(...opened, { kind: 'read', path: 'a', saved: second }).tabs
    expect(tab).toMatchObject({ text: 'two', base: second, theirs: null })
  })

  it('is not drawn anew when nothing has changed', () => {
    const desk = deskAfter(...opened)
    expect(reduceDesk(desk, { kind: 'read', path: 'a', saved: { ...first } })).toBe(desk)
  })

  it('keeps what is unsaved and learns what is there now', () => {
    const [tab] = deskAfter(...edited, { kind: 'read', path: 'a', saved: second }).tabs
    expect(tab).toMatchObject({ text: 'mine', base: first, theirs: second })
  })

  it('has nothing to settle when both wrote the same', () => {
    const [tab] = deskAfter(...edited, {
      kind: 'read',
      path: 'a',
      saved: { text: 'mine', etag: 'e3', encoding: 'utf-8' },
    }).tabs
    expect(tab).toMatchObject({ text: 'mine', theirs: null, base: { etag: 'e3' } })
  })

  it('has nothing to settle when what was there is back', () => {
    const conflict = [...edited, { kind: 'read', path: 'a', saved: second } as const]
    expect(deskAfter(...conflict, { kind: 'read', path: 'a', saved: first }).tabs[0]).toMatchObject({ theirs: null })
  })

  it('is saved with what was sent, though more was written meanwhile', () => {
    const more = [...edited, { kind: 'edited', path: 'a', text: 'mine, more' } as const]
    const [tab] = deskAfter(...more, {
      kind: 'saved',
      path: 'a',
      saved: { text: 'mine', etag: 'e4', encoding: 'utf-8' },
    }).tabs
    expect(tab).toMatchObject({ text: 'mine, more', base: { text: 'mine', etag: 'e4' } })
    expect(tab && isDirty(tab)).toBe(true)
  })

  it('goes on from theirs once a conflict is settled', () => {
    const conflict = [...edited, { kind: 'read', path: 'a', saved: second } as const]
    const [tab] = deskAfter(...conflict, { kind: 'resolved', path: 'a', text: 'merged' }).tabs
    expect(tab).toMatchObject({ text: 'merged', base: second, theirs: null })
  })

  it('comes back with its unsaved text', () => {
    const [tab] = deskAfter(
      { kind: 'opened', path: 'a' },
      { kind: 'restored', path: 'a', base: first, text: 'draft' },
      {
        kind: 'read',
        path: 'a',
        saved: second,
      },
    ).tabs
    expect(tab).toMatchObject({ text: 'draft', base: first, theirs: second })
  })
})

describe('the tabs', () => {
  const three: DeskAction[] = ['a', 'b', 'c'].map((path) => ({ kind: 'opened', path }))

  it('open beside the one in front, and only once', () => {
    const desk = deskAfter(
      ...three,
      { kind: 'opened', path: 'a' },
      { kind: 'opened', path: 'd' },
      { kind: 'opened', path: 'b' },
    )
    expect([desk.tabs.map((tab) => tab.path), desk.active]).toEqual([['a', 'd', 'b', 'c'], 'b'])
  })

  it('give way to the right neighbour, else to the left', () => {
    expect(deskAfter(...three, { kind: 'closed', path: 'c' }).active).toBe('b')
    expect(deskAfter(...three, { kind: 'opened', path: 'a' }, { kind: 'closed', path: 'a' }).active).toBe('b')
    expect(deskAfter({ kind: 'opened', path: 'a' }, { kind: 'closed', path: 'a' })).toEqual(EMPTY_DESK)
  })

  it('leave what is unsaved open when the others are closed', () => {
    const desk = deskAfter(
      ...edited,
      { kind: 'opened', path: 'b' },
      { kind: 'opened', path: 'c' },
      {
        kind: 'closedOthers',
        path: 'c',
      },
    )
    expect(desk.tabs.map((tab) => tab.path)).toEqual(['a', 'c'])
  })

  it('go where their files go', () => {
    const desk = deskAfter(
      { kind: 'opened', path: 'src/a' },
      { kind: 'opened', path: 'b' },
      { kind: 'opened', path: 'src/a' },
      {
        kind: 'moved',
        from: 'src',
        to: 'lib',
      },
    )
    expect([desk.tabs.map((tab) => tab.path), desk.active]).toEqual([['lib/a', 'b'], 'lib/a'])
  })

  it('close with their folder, but for what is unsaved', () => {
    const dirty: DeskAction[] = [
      { kind: 'opened', path: 'src/a' },
      { kind: 'read', path: 'src/a', saved: first },
      { kind: 'edited', path: 'src/a', text: 'mine' },
      { kind: 'opened', path: 'src/b' },
    ]
    const desk = deskAfter(...dirty, { kind: 'removed', path: 'src' })
    expect(desk.tabs).toMatchObject([{ path: 'src/a', isGone: true, text: 'mine' }])
    expect(desk.active).toBe('src/a')
  })
})
