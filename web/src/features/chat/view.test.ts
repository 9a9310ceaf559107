import { describe, expect, it } from 'vitest'
import type { Message, Part, Session } from '@/api/types'
import { reduceSession, type SessionView, viewFromSnapshot, withOlder, withTurn } from './view'

const at = '2026-01-01T00:00:00Z'
const session: Session = {
  id: 'se_1',
  title: null,
  model: 'm',
  engine: 'builtin',
  state: 'idle',
  activity_at: at,
  created_at: at,
  updated_at: at,
}

function message(id: string, change: Partial<Message> = {}): Message {
  return {
    id,
    session_id: 'se_1',
    role: 'assistant',
    status: 'complete',
    parts: [],
    model: null,
    error: null,
    usage: null,
    created_at: at,
    ...change,
  }
}

function part(id: string, text: string, ended_at: string | null = null): Part {
  return { id, type: 'text', text, started_at: at, ended_at }
}

function view(messages: Message[], olderCursor: string | null = null): SessionView {
  return { session, messages, olderCursor, removed: false }
}

function event(type: string, body: Record<string, unknown>) {
  return { seq: 1, type, body }
}

describe('an answer as its events come', () => {
  it('grows by deltas and ends with what the server stored', () => {
    const done = message('me_1', { parts: [part('pa_1', 'Hello world', at)] })
    const events = [
      event('message.created', { message: message('me_1', { status: 'streaming' }) }),
      event('part.created', { message_id: 'me_1', part: part('pa_1', '') }),
      event('part.delta', { message_id: 'me_1', part_id: 'pa_1', text: 'Hello ' }),
      event('part.delta', { message_id: 'me_1', part_id: 'pa_1', text: 'world' }),
    ]
    const written = events.reduce(reduceSession, view([]))
    expect(written.messages[0]?.parts[0]?.text).toBe('Hello world')
    expect(reduceSession(written, event('message.completed', { message: done })).messages).toEqual([done])
  })

  it('leaves every other message the same object, so that its row is not drawn again', () => {
    const before = view([message('me_0'), message('me_1', { parts: [part('pa_1', 'a')] })])
    const after = reduceSession(before, event('part.delta', { message_id: 'me_1', part_id: 'pa_1', text: 'b' }))
    expect(after.messages[0]).toBe(before.messages[0])
    expect(after.messages[1]).not.toBe(before.messages[1])
  })

  it('keeps what has been written when a creation is told twice', () => {
    const before = view([message('me_1', { parts: [part('pa_1', 'written')] })])
    const again = reduceSession(before, event('message.created', { message: message('me_1') }))
    expect(again.messages[0]?.parts[0]?.text).toBe('written')
    const part_ = reduceSession(again, event('part.created', { message_id: 'me_1', part: part('pa_1', '') }))
    expect(part_.messages[0]?.parts[0]?.text).toBe('written')
  })

  it('ignores events of kinds it does not know', () => {
    const before = view([])
    expect(reduceSession(before, event('turn.stopping', {}))).toBe(before)
  })

  it('marks a session that was deleted elsewhere', () => {
    expect(reduceSession(view([]), event('session.removed', { id: 'se_1' })).removed).toBe(true)
  })
})

describe('a turn that POST answered', () => {
  const turn = { message: message('me_1', { role: 'user' }), answer: message('me_2', { status: 'streaming' }) }

  it('shows both messages and runs', () => {
    const after = withTurn(view([]), turn)
    expect(after.messages.map(({ id }) => id)).toEqual(['me_1', 'me_2'])
    expect(after.session.state).toBe('running')
  })

  it('changes nothing when the stream was quicker', () => {
    const before = view([message('me_1', { role: 'user' }), message('me_2')])
    expect(withTurn(before, turn)).toBe(before)
  })
})

describe('a snapshot', () => {
  it('keeps older messages that were already read above it', () => {
    const before = view([message('me_1'), message('me_2'), message('me_3')], 'older')
    const body = { session, messages: [message('me_2'), message('me_3'), message('me_4')], next_cursor: 'x' }
    const after = viewFromSnapshot(body, before)
    expect(after?.messages.map(({ id }) => id)).toEqual(['me_1', 'me_2', 'me_3', 'me_4'])
    expect(after?.olderCursor).toBe('older')
  })

  it('replaces everything when there may be a hole between', () => {
    const before = view([message('me_1')])
    const body = { session, messages: [message('me_8'), message('me_9')], next_cursor: 'x' }
    expect(viewFromSnapshot(body, before)?.messages.map(({ id }) => id)).toEqual(['me_8', 'me_9'])
    expect(viewFromSnapshot(body, before)?.olderCursor).toBe('x')
  })
})

it('puts older pages above, oldest first, none twice', () => {
  const page = { items: [message('me_3'), message('me_2'), message('me_1')], next_cursor: null }
  const after = withOlder(view([message('me_3'), message('me_4')], 'c'), page)
  expect(after.messages.map(({ id }) => id)).toEqual(['me_1', 'me_2', 'me_3', 'me_4'])
  expect(after.olderCursor).toBeNull()
})
