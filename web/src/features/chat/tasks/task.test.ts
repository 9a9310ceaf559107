import { describe, expect, it } from 'vitest'
import type { Part, Permission, ToolCall } from '@/api/types'
import { presentStep, stepsOf, taskOf, waitingSteps, wordsOf } from './task'

function part(id: string, status: ToolCall['status'], parent: string | null = null): Part {
  const tool = { call_id: id, name: 'read', arguments: {}, step: 0, parent, status, began_at: null, details: {} }
  const ended_at = status === 'running' || status === 'waiting' ? null : '2026-01-01T00:00:01Z'
  return { id: `pa_${id}`, type: 'tool', text: '', started_at: '2026-01-01T00:00:00Z', ended_at, tool }
}

const PARTS = [
  part('one', 'running'),
  part('two', 'running'),
  part('a', 'done', 'one'),
  part('b', 'running', 'two'),
  part('c', 'waiting', 'one'),
]
const [one, two] = PARTS.map(({ tool }) => tool as ToolCall) as [ToolCall, ToolCall]
const ids = (steps: { call: ToolCall }[]) => steps.map(({ call }) => call.call_id)

describe('the steps of a sub-agent', () => {
  it('are the calls that were made for its task, beside those of others', () => {
    expect(ids(stepsOf(PARTS, one))).toEqual(['a', 'c'])
    expect(ids(stepsOf(PARTS, two))).toEqual(['b'])
  })

  it('stand in a folded card only while they wait for a word', () => {
    const waiting = [{ tool_call_id: 'c' } as Permission]
    expect(ids(waitingSteps(stepsOf(PARTS, one), waiting))).toEqual(['c'])
    expect(waitingSteps(stepsOf(PARTS, one), [])).toEqual([])
  })

  it('tell what it is at, unless it thinks or waits', () => {
    expect(presentStep(stepsOf(PARTS, two))?.call.call_id).toBe('b')
    expect(presentStep(stepsOf(PARTS, one))).toBeUndefined()
  })
})

it('reads what a sub-agent was given in the words of either engine', () => {
  const given = (args: Record<string, unknown>) => taskOf({ ...one, arguments: args })
  expect(given({ prompt: 'Look', agent: 'explore' })).toEqual({ prompt: 'Look', kind: 'explore' })
  expect(given({ prompt: 'Do', subagent_type: 'general' })).toEqual({ prompt: 'Do', kind: 'general' })
  expect(given({ prompt: 3, agent: 'odd' })).toEqual({ prompt: '', kind: null })
})

it('shows the words of a sub-agent without what is around them', () => {
  expect(wordsOf('<task id="x" state="completed">\n<task_result>\nFound **it**.\n</task_result>\n</task>')).toBe(
    'Found **it**.',
  )
  expect(wordsOf('Found it.\n')).toBe('Found it.')
})
