import { expect, it } from 'vitest'
import { parametersOf, typedOf, wrongIn } from './parameters'

const NOTHING = typedOf(null)

it('gives back what was set', () => {
  const set = {
    temperature: 0.2,
    top_p: 1,
    max_output_tokens: 300,
    reasoning_effort: 'low' as const,
    stop: ['\n\n', 'a\\n'],
  }
  expect(parametersOf(typedOf(set))).toEqual(set)
  expect(typedOf(set).stop).toBe('\\n\\n\na\\\\n')
})

it('sends nothing where nothing is set', () => {
  expect(parametersOf(NOTHING)).toBeNull()
  expect(parametersOf({ ...NOTHING, stop: '\n\n' })).toBeNull()
  expect(parametersOf({ ...NOTHING, temperature: '0' })?.temperature).toBe(0)
})

it('says which fields cannot be meant', () => {
  expect(wrongIn({ ...NOTHING, temperature: '0,7', topP: '1', tokens: '4 096', stop: 'END' })).toEqual([])
  expect(wrongIn({ temperature: '2.1', topP: '0', tokens: '0', effort: '', stop: 'a\nb\nc\nd\ne' })).toEqual([
    'temperature',
    'topP',
    'tokens',
    'stop',
  ])
  expect(wrongIn({ ...NOTHING, temperature: 'warm', tokens: '1.5' })).toEqual(['temperature', 'tokens'])
})
