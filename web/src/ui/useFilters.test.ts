import { describe, expect, it } from 'vitest'
import { onlyFilters, searchOf } from './useFilters'

describe('filters in the address', () => {
  it('keep the names a page knows, and drop the rest', () => {
    const search = { state: 'failed', name: '', queue: { a: 1 }, days: 30, evil: 'x' }
    expect(onlyFilters('state', 'name', 'queue', 'days')(search)).toEqual({ state: 'failed', days: '30' })
  })

  it('stay numbers where the address has numbers, so that it needs no quotes', () => {
    expect(searchOf('days', 'name')({ days: 30, name: 'chat' })).toEqual({ days: 30, name: 'chat' })
  })
})
