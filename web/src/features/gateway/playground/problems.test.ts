import { describe, expect, it } from 'vitest'
import { type Draft, newDraft, newLine, type Settings } from './draft'
import { hasSomething, numberFrom, problemsOf } from './problems'

function drafted(settings: Partial<Settings>, part: Partial<Draft> = {}): Draft {
  const draft = newDraft()
  return { ...draft, ...part, settings: { ...draft.settings, ...settings } }
}

describe('numbers', () => {
  it('are read with a point or a comma', () => {
    expect(['0.5', '0,5', ' 2 ', '', '−1', 'x', '1.2.3', '.5'].map(numberFrom)).toEqual([
      0.5,
      0.5,
      2,
      null,
      -1,
      Number.NaN,
      Number.NaN,
      0.5,
    ])
  })

  it('must be in their range, and whole where only whole ones count', () => {
    expect(problemsOf(drafted({ temperature: '2.1', max_tokens: '0', seed: '1.5', top_p: 'x' }))).toEqual({
      temperature: { kind: 'number', least: 0, most: 2 },
      max_tokens: { kind: 'whole', least: 1 },
      seed: { kind: 'integer' },
      top_p: { kind: 'number', least: 0, most: 1 },
    })
    expect(problemsOf(drafted({ temperature: '0', max_tokens: '500', seed: '-3', top_p: '1' }))).toEqual({})
  })

  it('that a protocol does not have stand in nobody’s way', () => {
    expect(problemsOf(drafted({ seed: 'x' }, { protocol: 'messages' }))).toEqual({})
  })
})

describe('JSON', () => {
  it('of tools is told by line, and each tool by its place', () => {
    expect(problemsOf(drafted({ tools: '[\n{"name": }]' })).tools).toEqual({ kind: 'json', line: 2, column: 10 })
    expect(problemsOf(drafted({ tools: '{"name": "a"}' })).tools).toEqual({ kind: 'notList' })
    expect(problemsOf(drafted({ tools: '[{"name": "a"}, {"type": "function"}]' })).tools).toEqual({
      kind: 'notTool',
      place: 2,
    })
    expect(problemsOf(drafted({ tools: '[{"type": "web_search"}]' })).tools).toBeUndefined()
  })

  it('of a schema is asked for only where it counts', () => {
    expect(problemsOf(drafted({ schema: 'x' }))).toEqual({})
    expect(problemsOf(drafted({ format: 'schema' })).schema).toEqual({ kind: 'missing' })
    expect(problemsOf(drafted({ format: 'schema', schema: '[]' })).schema).toEqual({ kind: 'notObject' })
  })
})

it('only a message that says something is worth asking', () => {
  expect(hasSomething(newDraft())).toBe(false)
  expect(hasSomething({ ...newDraft(), lines: [newLine('user', { text: ' hi' })] })).toBe(true)
  expect(hasSomething({ ...newDraft(), lines: [newLine('user', { pictures: ['data:'] })] })).toBe(true)
})
