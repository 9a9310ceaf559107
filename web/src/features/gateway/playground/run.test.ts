import { beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_ANSWER } from './answer'
import { newDraft } from './draft'
import { eventsText, fileOf, responseBody } from './raw'
import type { Run } from './run'
import type * as Storage from './storage'

let figuresOf: typeof import('./run').figuresOf
let storage: typeof Storage

beforeAll(async () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('location', { origin: 'http://hall' })
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  })
  figuresOf = (await import('./run')).figuresOf
  storage = await import('./storage')
})

const run: Run = {
  protocol: 'chat',
  model: 'a/b:c',
  status: 'complete',
  request: { url: 'http://hall/v1/chat/completions', headers: {}, body: '{"model":"a/b:c"}' },
  response: {
    status: 200,
    statusText: 'OK',
    headers: { 'x-request-id': 'req_1', 'x-guildhall-attempts': '2', 'x-guildhall-overhead-us': '412' },
  },
  received: [
    { seconds: 0.5, text: 'data: 1' },
    { seconds: 2.5, text: 'data: [DONE]' },
  ],
  isStream: true,
  answer: { ...NO_ANSWER, text: 'Hi', usage: { input: 10, output: 100, cached: 0, thinking: 0 } },
  firstSeconds: 0.5,
  totalSeconds: 2.5,
}

describe('figures', () => {
  it('count the pace from the first word on', () => {
    expect(figuresOf(run)).toEqual({
      firstSeconds: 0.5,
      totalSeconds: 2.5,
      input: 10,
      output: 100,
      tokensPerSecond: 50,
      attempts: 2,
      overheadSeconds: 0.000412,
      requestId: 'req_1',
    })
    expect(figuresOf({ ...run, firstSeconds: null }).tokensPerSecond).toBe(40)
  })

  it('say nothing where nothing is known', () => {
    const nothing = figuresOf({ ...run, response: null, answer: NO_ANSWER, firstSeconds: null, totalSeconds: null })
    expect(Object.values(nothing).every((value) => value === null)).toBe(true)
    expect(figuresOf({ ...run, firstSeconds: 2.499 }).tokensPerSecond).toBeNull()
  })
})

it('a stream is shown with the moment of each event, and kept whole in a file', () => {
  expect(eventsText(run.received)).toBe('+0.500 s\ndata: 1\n\n+2.500 s\ndata: [DONE]\n')
  expect(responseBody({ ...run, isStream: false, received: [{ seconds: 1, text: '{"a":1}' }] })).toBe('{\n  "a": 1\n}')
  const { name, text } = fileOf(run)
  expect(name).toBe('a-b-c-req_1.json')
  expect(JSON.parse(text).response.events).toHaveLength(2)
})

describe('what is kept in the browser', () => {
  it('comes back, what was running as stopped', () => {
    const draft = { ...newDraft(), system: 'Be brief.' }
    storage.keep('u1', { draft, runs: { c: { ...run, status: 'running' } } })
    const kept = storage.readKept('u1')
    expect(kept.draft).toEqual(draft)
    expect(kept.runs.c?.status).toBe('stopped')
    expect(storage.readKept('u2').draft.system).toBe('')
  })

  it('is bounded: answers go first, then pictures', () => {
    const long = { ...run, answer: { ...NO_ANSWER, text: 'x'.repeat(2_000_000) } }
    const draft = { ...newDraft(), system: 'Be brief.' }
    storage.keep('u1', { draft, runs: { c: long } })
    expect(storage.readKept('u1').runs).toEqual({})
    const [line] = draft.lines
    const heavy = line ? [{ ...line, text: 'Look', pictures: ['x'.repeat(2_000_000)] }] : []
    storage.keep('u1', { draft: { ...draft, lines: heavy }, runs: {} })
    expect(storage.readKept('u1').draft.lines[0]).toMatchObject({ text: 'Look', pictures: [] })
  })

  it('is no harm when it is nonsense', () => {
    const odd = {
      lines: [null, { role: 'king', text: 4, calls: [null, {}] }],
      columns: [{}, 4],
      settings: { tools: 4 },
    }
    for (const nonsense of [
      null,
      4,
      'x',
      [],
      {},
      { draft: 4 },
      { draft: {}, runs: { c: {} } },
      { draft: odd, runs: [] },
    ]) {
      const { draft, runs } = storage.restored(nonsense)
      expect(draft.columns).toHaveLength(1)
      expect(draft.settings).toEqual(newDraft().settings)
      expect(draft.lines.every(({ role, text }) => role === 'user' && text === '')).toBe(true)
      expect(runs).toEqual({})
    }
  })
})
