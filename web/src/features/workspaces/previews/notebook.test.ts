import { expect, it } from 'vitest'
import { notebookFrom } from './notebook'

const book = {
  metadata: { language_info: { name: 'julia' } },
  cells: [
    { cell_type: 'markdown', source: ['# Title\n', 'text'] },
    {
      cell_type: 'code',
      source: 'print(1)',
      execution_count: 3,
      outputs: [
        { output_type: 'stream', name: 'stdout', text: ['1\n'] },
        { output_type: 'execute_result', data: { 'text/html': '<b>x</b>', 'text/plain': ['x'] } },
        { output_type: 'display_data', data: { 'image/png': 'aGk=\n', 'text/plain': 'figure' } },
        { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['\u001b[31mE\u001b[0m', 'line'] },
      ],
    },
    { cell_type: 'raw', source: 'as it is' },
    'nonsense',
  ],
}

it('shows cells with what they gave', () => {
  expect(notebookFrom(JSON.stringify(book))).toEqual({
    language: 'julia',
    cells: [
      { kind: 'markdown', text: '# Title\ntext' },
      {
        kind: 'code',
        text: 'print(1)',
        count: 3,
        outputs: [
          { kind: 'text', text: '1\n' },
          { kind: 'text', text: 'x' },
          { kind: 'image', type: 'image/png', base64: 'aGk=' },
          { kind: 'error', text: 'E\nline' },
        ],
      },
      { kind: 'raw', text: 'as it is' },
    ],
  })
})

it.each(['', '{', '[]', '{"cells": 1}', 'null'])('%j is no notebook', (text) => {
  expect(notebookFrom(text)).toBe(null)
})
