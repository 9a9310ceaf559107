import { expect, test } from 'vitest'
import { piecesOf } from './pieces'

test('what was looked for is marked where it stands', () => {
  const marked = piecesOf('one two three', [
    { start: 0, end: 3 },
    { start: 8, end: 13 },
  ])
  expect(marked.map((piece) => [piece.text, piece.marked])).toEqual([
    ['one', true],
    [' two ', false],
    ['three', true],
  ])
})

test('places count characters, however many units they take', () => {
  expect(piecesOf('🙂🙂ab', [{ start: 2, end: 3 }]).map((piece) => piece.text)).toEqual(['🙂🙂', 'a', 'b'])
})

test('without a place the excerpt is one piece', () => {
  expect(piecesOf('text', [])).toEqual([{ text: 'text', marked: false, from: 0 }])
  expect(piecesOf('', [])).toEqual([])
})
