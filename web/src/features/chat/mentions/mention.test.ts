import { describe, expect, it } from 'vitest'
import { mentionAt, withMention } from './mention'

describe('mentions', () => {
  it('begin with an @ at the beginning of a word', () => {
    expect(mentionAt('@', 1)).toEqual({ start: 0, query: '' })
    expect(mentionAt('look at @src/ma', 15)).toEqual({ start: 8, query: 'src/ma' })
    expect(mentionAt('看，@说明', 5)).toEqual({ start: 2, query: '说明' })
    expect(mentionAt('look at @src/ma', 11)).toEqual({ start: 8, query: 'sr' })
  })

  it('are no addresses, and end with their word', () => {
    expect(mentionAt('ada@example.org', 15)).toBeNull()
    expect(mentionAt('@src is', 7)).toBeNull()
    expect(mentionAt('nothing', 7)).toBeNull()
  })

  it('take the place of what was written of them', () => {
    const found = { start: 5, query: 're' }
    expect(withMention('read @re', found, 'docs/readme.md')).toEqual({ text: 'read @docs/readme.md ', caret: 21 })
    expect(withMention('read @re now', found, 'a b.md')).toEqual({ text: 'read @"a b.md" now', caret: 15 })
  })
})
