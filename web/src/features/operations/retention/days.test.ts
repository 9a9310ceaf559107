import { expect, it } from 'vitest'
import { daysTyped, gigabytesTyped } from './days'

it('days are whole, at least one and no more than a century', () => {
  expect(['1', ' 90 ', '36500'].map(daysTyped)).toEqual([1, 90, 36_500])
  expect(['', '0', '-3', '1.5', '36501', 'many'].map(daysTyped)).toEqual([null, null, null, null, null, null])
})

it('gigabytes may have decimals, and none are no limit', () => {
  expect(['5', ' 0,5 ', '', '  '].map(gigabytesTyped)).toEqual([5, 0.5, null, null])
  expect(['0', '-1', 'much', '100001'].map(gigabytesTyped)).toEqual([undefined, undefined, undefined, undefined])
})
