import { expect, it } from 'vitest'
import { tableFrom } from './csv'

it('reads quotes, line ends of every kind, and rows of different length', () => {
  const table = tableFrom('\uFEFFname,note\r\n"Ada, L.","said ""hi""\nand left"\nBob\n\n"x"y,z\n', 10)
  expect(table.header).toEqual(['name', 'note'])
  expect(table.rows).toEqual([
    ['Ada, L.', 'said "hi"\nand left'],
    ['Bob', ''],
    ['xy', 'z'],
  ])
})

it.each([
  ['a;b\n1;2', ['a', 'b']],
  ['a\tb\n1\t2', ['a', 'b']],
  ['"a,b";c\n1;2', ['a,b', 'c']],
  ['alone', ['alone']],
])('finds the separator of %j', (text, header) => {
  expect(tableFrom(text, 10).header).toEqual(header)
})

it('says how much is left out', () => {
  const table = tableFrom(`n\n${'1\n'.repeat(50)}`, 20)
  expect([table.rows.length, table.left]).toEqual([20, 30])
})

it.each(['', '\n', '"', '"open\n', ',', 'a,\n,b'])('takes %j', (text) => {
  expect(() => tableFrom(text, 5)).not.toThrow()
})
