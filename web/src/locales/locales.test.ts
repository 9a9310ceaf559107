import { describe, expect, it } from 'vitest'
import en from './en'
import zh from './zh'

/** Every key of a tree with the names of the values it interpolates. */
function keys(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'object' && value !== null) return keys(value, here)
    const names = [...String(value).matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]).sort()
    return [`${here}(${names.join(',')})`]
  })
}

describe('English and Chinese', () => {
  it('have the same keys and the same values to fill in', () => {
    expect(keys(zh).sort()).toEqual(keys(en).sort())
  })

  it('leave no text empty', () => {
    for (const tree of [en, zh]) expect(JSON.stringify(tree)).not.toContain(':""')
  })

  it('say different things, so nothing was left untranslated', () => {
    const values = (tree: object): string[] =>
      Object.values(tree).flatMap((value: unknown) =>
        typeof value === 'object' && value !== null ? values(value) : [String(value)],
      )
    const english = values(en)
    const same = values(zh).filter((text, index) => text === english[index])
    expect(same).toEqual([])
  })
})
