import { describe, expect, it } from 'vitest'
import { linesOf, matchesOf } from './lines'
import { type Choice, conflictsOf, merge, mergedText } from './merge'

const none = new Map<number, Choice>()
const all = (...choices: Choice[]) => new Map(choices.map((choice, index) => [index, choice]))

describe('the lines of two texts', () => {
  it('give the text again when they are joined', () => {
    for (const text of ['', 'a', 'a\n', '\n\n', 'a\r\nb', 'a\n\nb\n']) expect(linesOf(text).join('')).toBe(text)
  })

  it('are matched in order, as many as there can be', () => {
    const one = [...'abcabba']
    const other = [...'cbabac']
    const matches = matchesOf(one, other)
    for (const { a, b, length } of matches) expect(one.slice(a, a + length)).toEqual(other.slice(b, b + length))
    expect(matches.reduce((sum, { length }) => sum + length, 0)).toBe(4)
    for (const [index, match] of matches.entries()) {
      const before = matches[index - 1]
      if (before) expect(match.a >= before.a + before.length && match.b >= before.b + before.length).toBe(true)
    }
  })

  it('need no match at all', () => {
    expect(matchesOf(['a'], ['b'])).toEqual([])
    expect(matchesOf([], ['b'])).toEqual([])
  })

  it('of long texts that share nothing are compared in reasonable time', () => {
    const one = Array.from({ length: 4_000 }, (_, index) => `one ${index}`)
    const other = Array.from({ length: 4_000 }, (_, index) => `other ${index}`)
    expect(matchesOf(one, other)).toEqual([])
  })
})

describe('a merge', () => {
  const base = 'one\ntwo\nthree\nfour\nfive\n'

  it('takes both changes where they are in different places', () => {
    const pieces = merge(base, 'ONE\ntwo\nthree\nfour\nfive\n', 'one\ntwo\nthree\nfour\nFIVE\n')
    expect(conflictsOf(pieces)).toBe(0)
    expect(mergedText(pieces, none)).toBe('ONE\ntwo\nthree\nfour\nFIVE\n')
  })

  it('asks where both changed the same line', () => {
    const pieces = merge(base, base.replace('three', 'mine'), base.replace('three', 'theirs'))
    expect(conflictsOf(pieces)).toBe(1)
    expect(mergedText(pieces, none)).toBe(null)
    expect(mergedText(pieces, all('yours'))).toBe('one\ntwo\nmine\nfour\nfive\n')
    expect(mergedText(pieces, all('theirs'))).toBe('one\ntwo\ntheirs\nfour\nfive\n')
    expect(mergedText(pieces, all('both'))).toBe('one\ntwo\nmine\ntheirs\nfour\nfive\n')
  })

  it('sees the same change made twice as one', () => {
    const same = base.replace('two', 'TWO')
    expect(mergedText(merge(base, same, same), none)).toBe(same)
  })

  it('lets lines be taken away and added', () => {
    expect(mergedText(merge(base, base.replace('two\n', ''), `${base}six\n`), none)).toBe(
      'one\nthree\nfour\nfive\nsix\n',
    )
  })

  it('of two texts that both began from nothing is one choice', () => {
    const pieces = merge('', 'mine', 'theirs')
    expect(conflictsOf(pieces)).toBe(1)
    expect(mergedText(pieces, all('both'))).toBe('mine\ntheirs')
  })

  it('with one side as it was is the other side, whatever the texts', () => {
    const texts = ['', 'a', 'a\nb\nc', 'c\nb\na\n', 'x\na\ny\nb\nz', '\n\n\n', 'b\nb\nb\na\n']
    for (const one of texts) {
      for (const other of texts) {
        expect(mergedText(merge(one, other, one), none)).toBe(other)
        expect(mergedText(merge(one, one, other), none)).toBe(other)
        const pieces = merge(one, other, 'q\na\n')
        expect(mergedText(pieces, new Map(pieces.map((_, index) => [index, 'yours'])))).not.toBe(null)
      }
    }
  })
})
