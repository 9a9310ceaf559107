import { describe, expect, it } from 'vitest'
import { formatOf } from './files'

describe('a file of prices', () => {
  it('is what its name says, else what it begins like', () => {
    expect(formatOf('prices.JSON', 'model,input')).toBe('json')
    expect(formatOf('prices.csv', '{')).toBe('csv')
    expect(formatOf('prices', ' [{"model": 1}]')).toBe('json')
    expect(formatOf('prices', 'model,input')).toBe('csv')
  })
})
