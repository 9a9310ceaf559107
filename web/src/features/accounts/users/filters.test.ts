import { expect, it } from 'vitest'
import { userFilters } from './filters'

it('the list of people is narrowed by what the server knows, whatever the address holds', () => {
  expect(userFilters({ search: 'ada', role: 'admin', state: 'disabled' })).toEqual({
    search: 'ada',
    role: 'admin',
    state: 'disabled',
  })
  expect(userFilters({ search: '', role: 'emperor', state: 'asleep' })).toEqual({})
})
