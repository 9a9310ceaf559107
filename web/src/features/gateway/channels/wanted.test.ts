import { expect, it } from 'vitest'
import type { Channel, Preset } from '@/api/types'
import {
  changesOf,
  channelWanted,
  formFromChannel,
  formFromPreset,
  modelTyped,
  needsStored,
  parametersFrom,
} from './wanted'

const openai: Preset = {
  kind: 'openai',
  name: 'OpenAI',
  base_url: 'https://api.openai.com/v1',
  needs_key: true,
  models: ['gpt-5-mini'],
  simulated: false,
}

const stored: Channel = {
  id: 'ch_1',
  name: 'OpenAI',
  kind: 'openai',
  base_url: 'https://api.openai.com/v1',
  keys: [{ id: 'ck_1', last4: 'abcd', off_reason: null, off_at: null }],
  models: [
    { name: 'gpt', upstream_model: 'gpt-5-mini' },
    { name: 'odd:error=401', upstream_model: 'odd:error=401' },
  ],
  private: false,
  enabled: true,
  simulated: false,
  position: 0,
  weight: 3,
  priority: 0,
  calls_per_minute: null,
  tokens_per_minute: 10_000,
  parallel_calls: null,
  connect_seconds: null,
  first_byte_seconds: 300,
  idle_seconds: null,
  total_seconds: null,
  headers: ['x-team'],
  parameters: { temperature: 0.2, logit_bias: null },
  off_reason: null,
  off_at: null,
  tested_at: null,
  test: null,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
}

it('a preset and a key are enough for a channel', () => {
  expect(channelWanted({ ...formFromPreset(openai), api_key: ' sk-1 ' })).toEqual({
    name: 'OpenAI',
    kind: 'openai',
    base_url: 'https://api.openai.com/v1',
    api_key: 'sk-1',
    models: [{ name: 'gpt-5-mini' }],
    private: false,
    enabled: true,
    weight: 1,
    priority: 0,
    calls_per_minute: null,
    tokens_per_minute: null,
    parallel_calls: null,
    connect_seconds: null,
    first_byte_seconds: null,
    idle_seconds: null,
    total_seconds: null,
    headers: {},
    parameters: {},
  })
})

it('a form that nobody touched changes nothing', () => {
  expect(changesOf(stored, formFromChannel(stored))).toEqual({})
})

it('only what differs is sent, and an emptied number goes back to what is usual', () => {
  const form = formFromChannel(stored)
  const numbers = { ...form.numbers, weight: '', tokens_per_minute: '', connect_seconds: '1,000' }
  expect(changesOf(stored, { ...form, numbers })).toEqual({ weight: 1, tokens_per_minute: null, connect_seconds: 1000 })
})

it('a stored header whose value is not typed anew stays, and one that is removed is not named', () => {
  const form = formFromChannel(stored)
  const fresh = { id: 'new-1', name: ' X-App ', value: ' hall ', stored: false }
  expect(changesOf(stored, { ...form, headers: [...form.headers, fresh] })).toEqual({
    headers: { 'x-team': null, 'x-app': 'hall' },
  })
  expect(changesOf(stored, { ...form, headers: [] })).toEqual({ headers: {} })
})

it('what needs a stored key or header can be tried only once it is stored', () => {
  const form = formFromChannel(stored)
  expect(needsStored(stored, form)).toBe(true)
  expect(needsStored(stored, { ...form, api_key: 'sk-2' })).toBe(true)
  expect(needsStored(stored, { ...form, api_key: 'sk-2', headers: [] })).toBe(false)
})

it("a model may be typed with the provider's own name", () => {
  expect(modelTyped('gpt=openai/gpt-5=mini')).toEqual({ name: 'gpt', upstream: 'openai/gpt-5=mini' })
  expect(modelTyped('gpt')).toEqual({ name: 'gpt', upstream: '' })
})

it('parameters are an object, and nothing is an empty one', () => {
  expect(parametersFrom(' ')).toEqual({})
  expect(parametersFrom('{"seed": null}')).toEqual({ seed: null })
  for (const text of ['[1]', '"a"', 'null', '{']) expect(parametersFrom(text)).toBeNull()
})
