import { describe, expect, it } from 'vitest'
import type { Part } from '@/api/types'
import {
  argumentText,
  inOneLine,
  knownTool,
  outcomeOf,
  printed,
  refusalOf,
  tellingArgument,
  tookSeconds,
  toolDetails,
} from './tool'

describe('the one argument that says most', () => {
  it('is the command, the path or the address, whatever comes first', () => {
    expect(tellingArgument({ arguments: { timeout: 3, description: 'List', command: 'ls -l' } })).toBe('ls -l')
    expect(tellingArgument({ arguments: { content: 'long', path: 'a/b.txt' } })).toBe('a/b.txt')
    expect(tellingArgument({ arguments: { filePath: 'c.txt' } })).toBe('c.txt')
    expect(tellingArgument({ arguments: { path: 'src', pattern: '*.py' } })).toBe('*.py')
  })

  it('is the first text of a tool that nobody knows, or nothing', () => {
    expect(tellingArgument({ arguments: { count: 1, city: 'Oslo' } })).toBe('Oslo')
    expect(tellingArgument({ arguments: { todos: [] } })).toBe('')
  })

  it('stands in one line of bounded length', () => {
    expect(inOneLine('cd a\n  make b\n')).toBe('cd a ⏎ make b')
    expect(inOneLine('x'.repeat(1000)).length).toBe(241)
  })
})

it('knows tools by their other names too', () => {
  expect(['bash', 'webfetch', 'todowrite', 'mcp_weather'].map(knownTool)).toEqual(['bash', 'fetch', 'todo', null])
})

it('shows arguments that are no text as JSON', () => {
  expect(argumentText('a\nb')).toBe('a\nb')
  expect(argumentText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}')
})

it('takes of the details only what has the form it knows', () => {
  const details = { diff: '@@ -1 +1 @@', paths: ['a', 1], exit_code: 2, truncated: true, other: 1 }
  expect(toolDetails({ details })).toEqual({ diff: '@@ -1 +1 @@', paths: ['a'], exitCode: 2, truncated: true })
  const odd = { diff: 1, paths: 'a', exit_code: '2' }
  expect(toolDetails({ details: odd })).toEqual({ diff: null, paths: [], exitCode: null, truncated: false })
})

it('parts what a command printed from the line that says how it ended', () => {
  expect(outcomeOf('a\nb\n[exit code 2 · folder .]', 2)).toEqual({ output: 'a\nb', folder: null })
  expect(outcomeOf('[exit code 0 · folder src/[a] b]', 0)).toEqual({ output: '', folder: 'src/[a] b' })
  const others = ['[exit code 0 · folder .]\nmore', '[timed out after 9 s · folder .]', 'Denied.']
  for (const text of others) expect(outcomeOf(text, 0)).toEqual({ output: text, folder: null })
  expect(outcomeOf('[exit code 0 · folder .]', null).output).toBe('[exit code 0 · folder .]')
})

it('tells who refused a call, or what the person said', () => {
  const refused = (refused_by?: unknown, status: 'denied' | 'done' = 'denied') =>
    refusalOf({ status, details: refused_by === undefined ? {} : { refused_by } }, 'Denied. Use make clean.')
  expect(refused('mode')).toEqual({ by: 'mode', words: 'Use make clean.' })
  expect(refused()).toEqual({ by: null, words: 'Use make clean.' })
  expect(refused({ odd: 1 })?.by).toBeNull()
  expect(refused('rule', 'done')).toBeNull()
})

it('counts the time of a call from when it began, not from when it was asked for', () => {
  const tool = { call_id: 'c', name: 'bash', arguments: {}, step: 1, status: 'done' as const, details: {} }
  const part = (began_at: string | null, ended_at: string | null): Part => ({
    ...{ id: 'pa_1', type: 'tool', text: '', started_at: '2026-01-01T00:00:00Z', ended_at },
    tool: { ...tool, began_at },
  })
  expect(tookSeconds(part('2026-01-01T00:01:00Z', '2026-01-01T00:01:02.5Z'))).toBe(2.5)
  expect(tookSeconds(part(null, '2026-01-01T00:01:02.5Z'))).toBeNull()
  expect(tookSeconds(part('2026-01-01T00:01:00Z', null))).toBeNull()
})

it('shows what was printed without colours, and only the last state of a line that was written over', () => {
  expect(printed('\u001b[31mred\u001b[0m\n')).toBe('red\n')
  expect(printed('10 %\r50 %\r100 %\nnext\r\n')).toBe('100 %\nnext\n')
  expect(printed('\u001b]0;title\u0007done\r')).toBe('done\r')
})
