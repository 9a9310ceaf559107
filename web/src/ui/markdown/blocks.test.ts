import { describe, expect, it } from 'vitest'
import { blocks, decodeEntities, isClosedFence, isOwnImage, safeHref } from './blocks'

const base = 'https://hall.example/chat'

it('cuts a text into top-level blocks', () => {
  expect(blocks('# One\n\ntwo\n\n- three\n\n```py\nx = 1\n```').map(({ type }) => type)).toEqual([
    'heading',
    'paragraph',
    'list',
    'code',
  ])
})

it('keeps finished blocks the same while the text grows', () => {
  const text = 'First **one**.\n\nSecond '
  const before = blocks(text).map(({ raw }) => raw.trim())
  const after = blocks(`${text}and more`).map(({ raw }) => raw.trim())
  expect(after[0]).toBe(before[0])
})

it('knows whether a fence is closed', () => {
  expect(isClosedFence('```py\nx = 1\n```')).toBe(true)
  expect(isClosedFence('```py\nx = 1\n')).toBe(false)
  expect(isClosedFence('```')).toBe(false)
  expect(isClosedFence('~~~~\nx\n~~~~\n')).toBe(true)
})

describe('addresses', () => {
  it('may be web pages and mail, never scripts', () => {
    expect(safeHref('https://a.example/x', base)).toBe('https://a.example/x')
    expect(safeHref('/docs', base)).toBe('https://hall.example/docs')
    expect(safeHref('javascript:alert(1)', base)).toBeNull()
    expect(safeHref('JaVaScRiPt:alert(1)', base)).toBeNull()
    expect(safeHref('data:text/html,x', base)).toBeNull()
  })

  it('are ours for pictures of this host and for embedded ones', () => {
    expect(isOwnImage('/a.png', base)).toBe(true)
    expect(isOwnImage('https://tracker.example/a.png', base)).toBe(false)
    expect(isOwnImage('//tracker.example/a.png', base)).toBe(false)
    expect(isOwnImage('data:image/png;base64,AA', base)).toBe(true)
    expect(isOwnImage('data:image/svg+xml,<svg/>', base)).toBe(false)
  })
})

it('reads entities as the characters they stand for', () => {
  expect(decodeEntities('a &lt;b&gt; &amp; &#39;c&#x27; &unknown;')).toBe("a <b> & 'c' &unknown;")
})
