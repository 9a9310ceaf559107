import { expect, it } from 'vitest'
import { laidOut } from './laidOut'

it('JSON is indented', () => {
  expect(laidOut('{"a":[1]}')).toEqual({ kind: 'json', text: '{\n  "a": [\n    1\n  ]\n}' })
})

it('each event of a stream is laid out, also one that was cut off', () => {
  const { kind, text } = laidOut('event: x\ndata: {"a":1}\n\ndata: [DONE]\n\ndata: {"cut')
  expect(kind).toBe('stream')
  expect(text).toBe('event: x\ndata: {\n  "a": 1\n}\n\ndata: [DONE]\n\ndata: {"cut')
})

it('anything else is left as it is', () => {
  expect(laidOut('{"cut')).toEqual({ kind: 'text', text: '{"cut' })
  expect(laidOut('')).toEqual({ kind: 'text', text: '' })
})
