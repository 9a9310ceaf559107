import { describe, expect, it } from 'vitest'
import type { ModelEntry } from '@/api/types'
import { chosen, earlier, formOf, ordered, tokensOf, wantedOf } from './said'

const model: ModelEntry = {
  name: 'vendor/large:free',
  simulated: false,
  context_tokens: 128_000,
  output_tokens: null,
  capabilities: ['chat'],
  price: null,
  visible: true,
  fallbacks: [],
  sticky: true,
  channels: [{ channel_id: 'ch_1', channel: 'North', enabled: true, upstream_model: 'gpt-4o' }],
  said: { context_tokens: null, output_tokens: 512, capabilities: null },
  known: { context_tokens: 128_000, output_tokens: 16_384, capabilities: ['chat'] },
}
const hidden = { ...model, name: 'small', visible: false, channels: [] }

describe('what is said of a model', () => {
  it('is what an admin said and not what is known anyway', () => {
    expect(wantedOf(formOf(model))).toEqual({
      visible: true,
      context_tokens: null,
      output_tokens: 512,
      capabilities: null,
      fallbacks: [],
      sticky: true,
    })
  })

  it('waits while a number is none', () => {
    expect(['', '0', '-1', '1.5', '1e5', '2147483648', '128000'].map(tokensOf)).toEqual([
      null,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      128_000,
    ])
    expect(wantedOf({ ...formOf(model), context: 'x' })).toBeNull()
  })
})

describe('the list of models', () => {
  it('is searched by any of a model’s names', () => {
    const names = (search: string, show?: string) => chosen([model, hidden], search, show).map(({ name }) => name)
    expect(names('GPT-4')).toEqual([model.name])
    expect(names('north')).toEqual([model.name])
    expect(names('s')).toEqual(['small'])
    expect(names('', 'hidden')).toEqual(['small'])
    expect(names('', 'unserved')).toEqual(['small'])
    expect(names('', 'unpriced')).toEqual(['small', model.name])
  })

  it('names first what matters most', () => {
    expect(ordered(['caching', 'tools', 'chat'])).toEqual(['chat', 'tools', 'caching'])
  })

  it('moves a fallback to the front step by step', () => {
    expect(earlier(['a', 'b', 'c'], 'c')).toEqual(['a', 'c', 'b'])
    expect(earlier(['a', 'b'], 'a')).toEqual(['a', 'b'])
  })
})
