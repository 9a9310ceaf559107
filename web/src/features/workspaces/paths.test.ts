import { describe, expect, it } from 'vitest'
import { afterMove, foldersOf, isWithin, joined, nameOf, parentOf, stemLength } from './paths'

describe('a path', () => {
  it('has a name and a folder it lies in', () => {
    expect([nameOf('a/b/c.txt'), parentOf('a/b/c.txt')]).toEqual(['c.txt', 'a/b'])
    expect([nameOf('c.txt'), parentOf('c.txt')]).toEqual(['c.txt', ''])
    expect([joined('', 'a'), joined('a', 'b')]).toEqual(['a', 'a/b'])
  })

  it('lies in a folder only when the whole name of the folder is on the way', () => {
    expect([isWithin('src/a', 'src'), isWithin('src', 'src'), isWithin('src2/a', 'src')]).toEqual([true, true, false])
    expect(isWithin('anything', '')).toBe(true)
  })

  it('goes where its folder goes', () => {
    expect(afterMove('src/deep/a.py', 'src', 'lib/core')).toBe('lib/core/deep/a.py')
    expect(afterMove('src2/a.py', 'src', 'lib')).toBe('src2/a.py')
  })

  it('knows every folder on the way to it', () => {
    expect(foldersOf('a/b/c.txt')).toEqual(['a', 'a/b'])
    expect(foldersOf('c.txt')).toEqual([])
  })

  it('keeps its ending when a name is chosen anew', () => {
    expect([stemLength('report.pdf'), stemLength('.env'), stemLength('LICENSE')]).toEqual([6, 4, 7])
  })
})
