import { expect, it } from 'vitest'
import { initials } from './initials'

it.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Jean-Luc de la Tour', 'JT'],
  ['王小明', '王'],
  ['  ', ''],
  ['🦊 Fox', '🦊F'],
])('the initials of “%s” are “%s”', (name, letters) => {
  expect(initials(name)).toBe(letters)
})
