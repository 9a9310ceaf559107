import { expect, it } from 'vitest'
import { ApiError } from '@/api/errors'
import { alreadyWrong, problemsOf, saidOf, sectionOf } from './problems'
import { formFromPreset } from './wanted'

const form = formFromPreset({
  kind: 'custom',
  name: 'OpenAI-compatible',
  base_url: '',
  needs_key: false,
  models: [],
  simulated: false,
})
const needs = { address: true, key: true }

it('what is missing is told when somebody wants to keep the channel, not before', () => {
  const problems = problemsOf(form, needs)
  expect([...problems.keys()]).toEqual(['name', 'base_url', 'api_key', 'models'])
  expect(alreadyWrong(problems).size).toBe(0)
})

it('numbers are whole and within their range', () => {
  const numbers = { ...form.numbers, weight: '1.5', priority: '-101', parallel_calls: '0', connect_seconds: '10' }
  const problems = alreadyWrong(problemsOf({ ...form, numbers }, needs))
  expect(Object.fromEntries(problems)).toEqual({
    weight: { key: 'integer' },
    priority: { key: 'range', values: { least: -100, most: 100 } },
    parallel_calls: { key: 'range', values: { least: 1, most: 1_000_000_000 } },
  })
})

it('headers have a name and a value and come once', () => {
  const headers = [
    { id: 'x-team', name: 'x-team', value: '', stored: true },
    { id: '1', name: 'X-Team', value: 'a', stored: false },
    { id: '2', name: '', value: 'a', stored: false },
    { id: '3', name: 'x-app', value: '', stored: false },
    { id: '4', name: '', value: '', stored: false },
  ]
  const problems = problemsOf({ ...form, headers }, needs)
  expect(problems.get('headers.1')).toEqual({ key: 'twice' })
  expect(problems.get('headers.2')).toEqual({ key: 'noName' })
  expect(problems.get('headers.3')).toEqual({ key: 'noValue' })
  expect(problems.has('headers.4') || problems.has('headers.x-team')).toBe(false)
})

it('parameters say where they are wrong', () => {
  const of = (parameters: string) => problemsOf({ ...form, parameters }, needs).get('parameters')
  expect(of('{"a": 1}')).toBeUndefined()
  expect(of('{\n  "a": 1,\n  b\n}')).toEqual({ key: 'jsonLine', values: { line: 3 } })
  expect(of('[]')).toEqual({ key: 'noObject' })
})

it("the server's words come to their fields", () => {
  const headers = [{ id: 'new-1', name: 'Cookie', value: 'a', stored: false }]
  const fields = [
    { field: 'headers.Cookie.[key]', message: 'is written by the gateway itself' },
    { field: 'weight', message: 'too much' },
    { field: 'models.0.name', message: 'too long' },
  ]
  const refused = new ApiError(400, 'invalid_request', 'No.', null, { fields })
  expect(Object.fromEntries(saidOf(refused, { ...form, headers }, String))).toEqual({
    'headers.new-1': 'is written by the gateway itself',
    weight: 'too much',
    models: 'too long',
  })
  const taken = new ApiError(409, 'channel_exists', 'Taken.')
  expect(Object.fromEntries(saidOf(taken, form, (error) => error.message))).toEqual({ name: 'Taken.' })
})

it('every folded field knows its section', () => {
  expect(['weight', 'idle_seconds', 'headers.new-1', 'parameters', 'name'].map(sectionOf)).toEqual([
    'share',
    'patience',
    'headers',
    'parameters',
    null,
  ])
})
