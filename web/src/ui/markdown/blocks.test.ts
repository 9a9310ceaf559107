import { describe, expect, it } from 'vitest'
import { blocks, decodeEntities, type Growing, grow, isClosedFence, isOwnImage, safeHref } from './blocks'

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

it('reads a growing text as it reads the whole one, at every letter', () => {
  const text = [
    '# Title\n\nA paragraph\r\nof two lines.\n\n- one\n\n- two\n\n  still two\n\nAfter.\n\n',
    '| a | b |\n|---|---|\n| 1 | 2 |\n\nSetext\n---\n\n```py\nx = 1\n\n# not a title\n```\n\n',
    '> quoted\n> more\n\n1. first\n2. second\n\n***\n\n<b>html</b>\n\nThe end.',
  ].join('')
  let growing: Growing | null = null
  const show = (tokens: { type: string; raw: string }[]) => tokens.map(({ type, raw }) => [type, raw])
  for (let length = 1; length <= text.length; length += 1) {
    const soFar = text.slice(0, length)
    growing = grow(growing, soFar)
    expect(show(growing.blocks)).toEqual(show(blocks(soFar)))
  }
  expect(growing?.settledText.length).toBeGreaterThan(100)
})

it('begins again when the text is another one', () => {
  const first = grow(null, 'one\n\ntwo\n\nthree\n\nfour\n\nfive')
  expect(grow(first, 'something else').blocks.map(({ raw }) => raw)).toEqual(['something else'])
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
