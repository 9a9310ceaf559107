import { expect, it } from 'vitest'
import { withTyped } from './tags'

it.each([
  ['Garden', ['old', 'Garden']],
  [' #garden , OLD,花园，, spring time', ['old', 'garden', '花园', 'spring time']],
  ['  ,# ', ['old']],
])('adds what is typed as %j', (typed, expected) => {
  expect(withTyped(['old'], typed)).toEqual(expected)
})
