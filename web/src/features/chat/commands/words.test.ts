import { describe, expect, it } from 'vitest'
import { meant, typedCommand } from './words'

describe('a command', () => {
  it('is a slash and a name, and what follows', () => {
    expect(typedCommand('/')).toEqual({ name: '', rest: null })
    expect(typedCommand('/Mod')).toEqual({ name: 'mod', rest: null })
    expect(typedCommand('/model gpt 5')).toEqual({ name: 'model', rest: 'gpt 5' })
    expect(typedCommand('/模型')).toEqual({ name: '模型', rest: null })
  })

  it('is none elsewhere', () => {
    for (const text of ['', 'a /b', '/etc/hosts', '/one\ntwo', ' /x']) expect(typedCommand(text)).toBeNull()
  })
})

describe('what is meant', () => {
  const items = [
    { name: 'export', text: 'Save this chat as a file' },
    { name: 'explain', text: 'Explain some code' },
    { name: 'new', text: 'New chat, next' },
  ]

  it('begins with what is typed, or holds it', () => {
    expect(meant(items, 'exp').map(({ name }) => name)).toEqual(['export', 'explain'])
    expect(meant(items, 'x').map(({ name }) => name)).toEqual(['export', 'explain', 'new'])
    expect(meant(items, 'code').map(({ name }) => name)).toEqual(['explain'])
    expect(meant(items, 'zzz')).toEqual([])
    expect(meant(items, '')).toEqual(items)
  })
})
