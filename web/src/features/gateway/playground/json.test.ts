import { describe, expect, it } from 'vitest'
import { readJson } from './json'

describe('JSON that people type', () => {
  it('is read when it is right', () => {
    expect(readJson(' {"a": [1, -2.5e3, true, null, "\\u00e9"]} ')).toEqual({
      isGood: true,
      value: { a: [1, -2500, true, null, 'é'] },
    })
  })

  it.each([
    ['{\n  "a": 1,\n}', 3, 1],
    ['[1, 2', 1, 6],
    ['{"a" 1}', 1, 6],
    ['{\n  a: 1\n}', 2, 3],
    ["{'a': 1}", 1, 2],
    ['{"a": 1} x', 1, 10],
    ['{"a": "one\ntwo"}', 1, 7],
    ['', 1, 1],
    ['{"a": 01}', 1, 8],
    ['{\n"a": [\n  true,\n  nul\n]}', 4, 3],
  ])('tells where %j goes wrong', (text, line, column) => {
    expect(readJson(text)).toEqual({ isGood: false, line, column })
  })

  it('may be nested deeper than anybody reads', () => {
    expect(readJson('['.repeat(100_000)).isGood).toBe(false)
  })
})
