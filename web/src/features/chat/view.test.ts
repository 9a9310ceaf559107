import { describe, expect, it } from 'vitest'
import type { Message, Part, Permission, Session, ToolCall } from '@/api/types'
import { reduceSession, type SessionView, viewFromSnapshot, viewOf, withMade, withOlder, withTurn } from './view'

const at = '2026-01-01T00:00:00Z'
const session: Session = {
  id: 'se_1',
  title: null,
  model: 'm',
  engine: 'builtin',
  mode: 'ask',
  workspace_id: null,
  instructions: null,
  parameters: null,
  most_calls: null,
  most_cost_nano: null,
  servers_off: null,
  state: 'idle',
  head_id: null,
  is_queue_held: false,
  is_pinned: false,
  is_archived: false,
  folder_id: null,
  tags: [],
  forked_from_id: null,
  activity_at: at,
  created_at: at,
  updated_at: at,
}

function message(id: string, change: Partial<Message> = {}): Message {
  return {
    id,
    session_id: 'se_1',
    parent_id: null,
    siblings: [id],
    role: 'assistant',
    kind: 'said',
    status: 'complete',
    parts: [],
    model: null,
    error: null,
    usage: null,
    changes: null,
    attachments: [],
    created_at: at,
    ...change,
  }
}

function part(id: string, text: string, ended_at: string | null = null): Part {
  return { id, type: 'text', text, started_at: at, ended_at }
}

function view(messages: Message[], olderCursor: string | null = null): SessionView {
  return viewOf(session, messages, olderCursor)
}

function tool(status: ToolCall['status'], change: Partial<Part> = {}): Part {
  const call = { call_id: 'call_1', name: 'bash', arguments: { command: 'ls' }, step: 1, began_at: null, details: {} }
  return { ...part('pa_1', ''), type: 'tool', tool: { ...call, status }, ...change }
}

function permission(id: string): Permission {
  return {
    id,
    session_id: 'se_1',
    turn_id: 'tu_1',
    tool_call_id: 'call_1',
    tool: 'bash',
    kind: 'run',
    patterns: ['ls'],
    suggestions: ['ls *'],
    details: { command: 'ls' },
    is_opaque: false,
    status: 'pending',
    message: '',
    created_at: at,
    decided_at: null,
  }
}

function snapshot(messages: Message[], change: object = {}) {
  return { session, messages, permissions: [], questions: [], todos: [], queue: [], next_cursor: 'x', ...change }
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

describe('a tool call', () => {
  const waiting = view([message('me_1', { status: 'streaming', parts: [tool('waiting')] })])
  const shown = ({ messages }: SessionView) => messages[0]?.parts.map(({ text, tool: call }) => [call?.status, text])

  it('begins, prints as it runs, and ends with what came of it', () => {
    const of = (type: string, change: Part) => event(type, { message_id: 'me_1', part: change })
    const print = (text: string) => event('part.delta', { message_id: 'me_1', part_id: 'pa_1', text })
    const running = [of('part.changed', tool('running')), print('a\n'), print('b\n')].reduce(reduceSession, waiting)
    expect(shown(running)).toEqual([['running', 'a\nb\n']])
    const done = reduceSession(running, of('part.completed', tool('done', { text: 'a\nb\nc\n', ended_at: at })))
    expect(shown(done)).toEqual([['done', 'a\nb\nc\n']])
  })

  it('keeps what it has printed when its state changes', () => {
    const printed = view([message('me_1', { parts: [tool('waiting', { text: 'so far' })] })])
    const changed = event('part.changed', { message_id: 'me_1', part: tool('running', { text: 'so far and mo' }) })
    expect(shown(reduceSession(printed, changed))).toEqual([['running', 'so far']])
  })

  it('is shown though its beginning was missed', () => {
    const changed = event('part.changed', { message_id: 'me_1', part: tool('running') })
    expect(shown(reduceSession(view([message('me_1')]), changed))).toEqual([['running', '']])
  })
})

describe('what waits for its owner', () => {
  it('is asked once, in order, and gone when it is decided', () => {
    const asked = ['pe_1', 'pe_2', 'pe_1'].map((id) => event('permission.asked', { permission: permission(id) }))
    const both = asked.reduce(reduceSession, view([]))
    expect(both.permissions.map(({ id }) => id)).toEqual(['pe_1', 'pe_2'])
    const decided = { permission: { ...permission('pe_1'), status: 'allowed' } }
    const one = reduceSession(both, event('permission.decided', decided))
    expect(one.permissions.map(({ id }) => id)).toEqual(['pe_2'])
    expect(reduceSession(one, event('permission.decided', decided))).toBe(one)
  })

  it('leaves the messages as they are, so none is drawn again', () => {
    const before = view([message('me_1')])
    const after = reduceSession(before, event('permission.asked', { permission: permission('pe_1') }))
    expect(after.messages).toBe(before.messages)
  })

  it('is a question as long as nobody has answered it', () => {
    const question = { id: 'qn_1', items: [] }
    const asked = reduceSession(view([]), event('question.asked', { question }))
    expect(asked.questions.map(({ id }) => id)).toEqual(['qn_1'])
    expect(reduceSession(asked, event('question.answered', { question })).questions).toEqual([])
    expect(viewFromSnapshot(snapshot([], { questions: [question] }), view([]))?.questions).toEqual([question])
  })

  it('is in the snapshot, with what the agent means to do', () => {
    const todos = [{ text: 'look', status: 'active' }]
    const after = viewFromSnapshot(snapshot([], { permissions: [permission('pe_1')], todos }), view([]))
    expect(after?.permissions.map(({ id }) => id)).toEqual(['pe_1'])
    expect(after?.todos).toEqual(todos)
  })
})

it('takes the list of what the agent means to do as a whole', () => {
  const list = (...texts: string[]) =>
    event('todos.changed', { todos: texts.map((text) => ({ text, status: 'done' })) })
  const after = [list('one', 'two'), list('three')].reduce(reduceSession, view([]))
  expect(after.todos.map(({ text }) => text)).toEqual(['three'])
})

describe('a turn that POST answered', () => {
  const turn = {
    message: message('me_1', { role: 'user' }),
    answer: message('me_2', { parent_id: 'me_1', status: 'streaming' }),
  }

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

describe('another branch', () => {
  const before = view([message('q1'), message('a1', { parent_id: 'q1' }), message('q2', { parent_id: 'a1' })], 'older')
  const created = (id: string, parent_id: string | null) =>
    event('message.created', { message: message(id, { parent_id }) })
  const ids = (after: SessionView) => after.messages.map(({ id }) => id)

  it('begins below its parent, in place of what was shown there', () => {
    expect(ids(reduceSession(before, created('a2', 'q1')))).toEqual(['q1', 'a2'])
    expect(ids(reduceSession(before, created('q0', null)))).toEqual(['q0'])
  })

  it('that parts from this one above what was read comes with a snapshot', () => {
    expect(reduceSession(before, created('q9', 'a8')).messages).toBe(before.messages)
    const after = viewFromSnapshot(snapshot([message('a8'), message('q9')]), before)
    expect([ids(after as SessionView), after?.olderCursor]).toEqual([['a8', 'q9'], 'x'])
  })
})

it('what waits to be sent is kept in its order, each as it was said last', () => {
  const queued = (id: string, text: string) => ({ id, text, model: 'm', created_at: at })
  const after = [
    event('queue.changed', { ids: ['a'], queued: queued('a', 'one') }),
    event('queue.changed', { ids: ['a', 'b'], queued: queued('b', 'two') }),
    event('queue.changed', { ids: ['b', 'a'], queued: null }),
    event('queue.changed', { ids: ['b', 'a'], queued: queued('a', 'uno') }),
  ].reduce(reduceSession, view([]))
  expect(after.queue.map(({ text }) => text)).toEqual(['two', 'uno'])
  expect(reduceSession(after, event('queue.changed', { ids: ['a'], queued: null })).queue).toHaveLength(1)
})

describe('a snapshot', () => {
  it('keeps older messages that were already read above it', () => {
    const before = view([message('me_1'), message('me_2'), message('me_3')], 'older')
    const body = snapshot([message('me_2'), message('me_3'), message('me_4')])
    const after = viewFromSnapshot(body, before)
    expect(after?.messages.map(({ id }) => id)).toEqual(['me_1', 'me_2', 'me_3', 'me_4'])
    expect(after?.olderCursor).toBe('older')
  })

  it('replaces everything when there may be a hole between', () => {
    const before = view([message('me_1')])
    const body = snapshot([message('me_8'), message('me_9')])
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

describe('what is learnt of an answer after its end', () => {
  const changes = { files: 2, state: 'undone' as const, at }

  it('takes the place of what was known', () => {
    const changed = { type: 'message.changed', body: { message: message('me_1', { changes }) } } as never
    expect(reduceSession(view([message('me_1'), message('me_2')]), changed).messages).toEqual([
      message('me_1', { changes }),
      message('me_2'),
    ])
  })

  it('does not bring a message that has not been read yet', () => {
    const changed = { type: 'message.changed', body: { message: message('me_0', { changes }) } } as never
    expect(reduceSession(view([message('me_1')]), changed).messages).toEqual([message('me_1')])
  })
})

it('shows a summary that is being made below what it sums up, once', () => {
  const before = viewOf(session, [message('me_1', { role: 'user' }), message('me_2', { parent_id: 'me_1' })], null)
  const summary = message('me_3', { parent_id: 'me_2', kind: 'summary', status: 'streaming' })
  const after = withMade(withMade(before, summary), summary)
  expect(after.messages.map(({ id }) => id)).toEqual(['me_1', 'me_2', 'me_3'])
  expect(after.session.state).toBe('running')
})
