import { describe, expect, it } from 'vitest'
import { changesBetween, shownValue } from './changes'

describe('changes between two states', () => {
  it('name what was added, taken away and changed, and nothing else', () => {
    const before = { name: 'Ada', role: 'member', old: 1 }
    const after = { name: 'Ada', role: 'admin', fresh: true }
    expect(changesBetween(before, after)).toEqual([
      { path: 'role', before: 'member', after: 'admin' },
      { path: 'old', before: 1, after: undefined },
      { path: 'fresh', before: undefined, after: true },
    ])
  })

  it('are found inside of what is nested', () => {
    expect(changesBetween({ days: { calls: 30, jobs: 7 } }, { days: { calls: 90, jobs: 7 } })).toEqual([
      { path: 'days.calls', before: 30, after: 90 },
    ])
  })

  it('of something made or removed are all of it', () => {
    expect(changesBetween(null, { name: 'key' })).toEqual([{ path: 'name', before: undefined, after: 'key' }])
    expect(changesBetween({ name: 'key' }, null)).toEqual([{ path: 'name', before: 'key', after: undefined }])
    expect(changesBetween(null, null)).toEqual([])
  })

  it('leave out what something new does not have', () => {
    expect(changesBetween(null, { name: 'key', expires_at: null, scopes: [], reason: '' })).toHaveLength(1)
    expect(changesBetween({ until: 'May' }, { until: null })).toHaveLength(1)
  })
})

it('lists are shown in one line, and nothing as a dash', () => {
  expect(shownValue(['a', 'b'])).toBe('a, b')
  expect([null, undefined, '', []].map(shownValue)).toEqual(['–', '–', '–', '–'])
  expect(shownValue(false)).toBe('false')
})
