import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lazyWords } from './lazy'

/** Every file of words of a language, under its name. */
function words(language: 'en' | 'zh'): Record<string, object> {
  const folder = new URL(`./${language}/`, import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]))
}

const en = words('en')
const zh = words('zh')

/** Every key of a tree with the names of the values it interpolates. */
function keys(tree: object, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'object' && value !== null) return keys(value, here)
    const names = [...String(value).matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]).sort()
    return [`${here}(${names.join(',')})`]
  })
}

/** Every text under its key. */
function texts(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'object' && value !== null
      ? texts(value, `${path}${key}.`)
      : [[`${path}${key}`, String(value)] satisfies [string, string]],
  )
}

describe('English and Chinese', () => {
  it('have the same keys and the same values to fill in', () => {
    expect(keys(zh).sort()).toEqual(keys(en).sort())
  })

  it('leave no text empty', () => {
    for (const tree of [en, zh]) expect(JSON.stringify(tree)).not.toContain(':""')
  })

  it('say different things, so nothing was left untranslated', () => {
    const english = new Map(texts(en))
    expect(texts(zh).filter(([key, text]) => english.get(key) === text)).toEqual([])
  })

  it('load every file at the start or with a page', () => {
    const first = readFileSync(new URL('./en/index.ts', import.meta.url), 'utf8')
    const late = Object.keys(lazyWords.en)
    const forgotten = Object.keys(en).filter((file) => {
      return !first.includes(`'./${file}'`) && !late.includes(file.replace('.json', ''))
    })
    expect(forgotten).toEqual([])
    expect(Object.keys(lazyWords.zh)).toEqual(late)
  })
})
