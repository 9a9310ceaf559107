/** What a conversation shows, and how each event of its stream changes it. Pure. */
import { isRecord } from '@/api/errors'
import type { StreamEvent } from '@/api/realtime/protocol'
import type { Message, Part, Permission, Question, Queued, Session, Turn } from '@/api/types'

/** One thing the agent means to do. */
export interface Todo {
  text: string
  status: 'pending' | 'active' | 'done' | 'cancelled'
}

export interface SessionView {
  session: Session
  /** Oldest first. */
  messages: Message[]
  /** Tool calls that wait for a word of the owner, oldest first. */
  permissions: Permission[]
  /** What an agent wants to know of them, oldest first. */
  questions: Question[]
  todos: Todo[]
  /** What is sent once the running answer has ended, first things first. */
  queue: Queued[]
  /** Where older messages begin; null when the first one is shown. */
  olderCursor: string | null
  removed: boolean
}

interface Snapshot {
  session: Session
  messages: Message[]
  permissions: Permission[]
  questions: Question[]
  todos: Todo[]
  queue: Queued[]
  next_cursor: string | null
}

/** What a session shows before its stream has told more. */
export function viewOf(session: Session, messages: Message[], olderCursor: string | null): SessionView {
  return { session, messages, permissions: [], questions: [], todos: [], queue: [], olderCursor, removed: false }
}

/** A snapshot is the truth about the newest messages; older ones that were already read stay above it. */
export function viewFromSnapshot(body: unknown, before: SessionView | undefined): SessionView | undefined {
  if (!isRecord(body)) return before
  const snapshot = body as unknown as Snapshot
  const first = snapshot.messages[0]
  const overlap = before && first ? before.messages.findIndex((message) => message.id === first.id) : -1
  const { session, permissions, questions, todos, queue } = snapshot
  const fresh = { session, permissions, questions, todos, queue, removed: false }
  if (!before || overlap <= 0) return { ...fresh, messages: snapshot.messages, olderCursor: snapshot.next_cursor }
  const messages = [...before.messages.slice(0, overlap), ...snapshot.messages]
  return { ...fresh, messages, olderCursor: before.olderCursor }
}

/** A page of older messages (newest first, as the server lists them) goes above what is shown. */
export function withOlder(view: SessionView, page: { items: Message[]; next_cursor: string | null }): SessionView {
  const known = new Set(view.messages.map((message) => message.id))
  const older = page.items.filter((message) => !known.has(message.id)).reverse()
  return { ...view, messages: [...older, ...view.messages], olderCursor: page.next_cursor }
}

/** What POST …/messages answered; the stream may have brought it already. */
export function withTurn(view: SessionView, turn: Turn): SessionView {
  if (view.messages.some((message) => message.id === turn.answer.id)) return view
  const session: Session = { ...view.session, state: 'running' }
  return { ...view, session, messages: add(add(view.messages, turn.message), turn.answer) }
}

/** A message that is being made below its parent, with no question of its own. */
export function withMade(view: SessionView, message: Message): SessionView {
  return { ...view, session: { ...view.session, state: 'running' }, messages: add(view.messages, message) }
}

/** One event of `chat.session.{id}`. */
export function reduceSession(view: SessionView, { type, body }: StreamEvent): SessionView {
  switch (type) {
    case 'session.changed':
      return { ...view, session: body.session as Session, removed: false }
    case 'session.removed':
      return { ...view, removed: true }
    case 'message.created':
      return { ...view, messages: add(view.messages, body.message as Message) }
    case 'message.completed':
      return { ...view, messages: put(view.messages, body.message as Message) }
    case 'message.changed':
      return { ...view, messages: replace(view.messages, body.message as Message) }
    case 'part.created':
      return changeParts(view, body.message_id, (parts) => putPart(parts, body.part as Part, false))
    case 'part.changed':
      return changeParts(view, body.message_id, (parts) => changePart(parts, body.part as Part))
    case 'part.completed':
      return changeParts(view, body.message_id, (parts) => putPart(parts, body.part as Part, true))
    case 'part.delta':
      return changeParts(view, body.message_id, (parts) => append(parts, body.part_id, String(body.text)))
    case 'permission.asked':
      return { ...view, permissions: withAsked(view.permissions, body.permission as Permission) }
    case 'permission.decided':
      return withoutAsked(view, (body.permission as Permission).id)
    case 'question.asked':
      return { ...view, questions: withAsked(view.questions, body.question as Question) }
    case 'question.answered':
      return withoutAsked(view, (body.question as Question).id)
    case 'todos.changed':
      return { ...view, todos: body.todos as Todo[] }
    case 'queue.changed':
      return withQueue(view, body.ids as string[], body.queued as Queued | null)
    default:
      return view
  }
}

/** Add what waits, in the order it was asked; what is known already stays as it is. */
export function withAsked<Asked extends { id: string }>(waiting: Asked[], asked: Asked): Asked[] {
  return waiting.some(({ id }) => id === asked.id) ? waiting : [...waiting, asked]
}

/** Nobody waits for this any more. */
export function withoutAsked(view: SessionView, id: string): SessionView {
  const stays = (asked: { id: string }) => asked.id !== id
  const { permissions, questions } = view
  if (permissions.every(stays) && questions.every(stays)) return view
  return { ...view, permissions: permissions.filter(stays), questions: questions.filter(stays) }
}

/** What waits, in its order, and what is new or said otherwise. */
export function withQueue(view: SessionView, ids: string[], changed: Queued | null): SessionView {
  const known = new Map(view.queue.map((queued) => [queued.id, queued]))
  if (changed) known.set(changed.id, changed)
  return { ...view, queue: ids.flatMap((id) => known.get(id) ?? []) }
}

/** A message goes below its parent, in place of another branch; without its parent here, a snapshot brings it. */
function add(messages: Message[], message: Message): Message[] {
  if (messages.some((known) => known.id === message.id)) return messages
  if (message.parent_id === null) return [message]
  const parent = messages.findLastIndex((known) => known.id === message.parent_id)
  return parent < 0 ? messages : [...messages.slice(0, parent + 1), message]
}

function put(messages: Message[], message: Message): Message[] {
  const at = messages.findIndex((known) => known.id === message.id)
  return at < 0 ? add(messages, message) : messages.with(at, message)
}

/** What is above the oldest that was read comes with its page. */
function replace(messages: Message[], message: Message): Message[] {
  return messages.some((known) => known.id === message.id) ? put(messages, message) : messages
}

function changeParts(view: SessionView, id: unknown, change: (parts: Part[]) => Part[]): SessionView {
  const at = view.messages.findLastIndex((message) => message.id === id)
  const message = view.messages[at]
  if (!message) return view
  return { ...view, messages: view.messages.with(at, { ...message, parts: change(message.parts) }) }
}

function putPart(parts: Part[], part: Part, replace: boolean): Part[] {
  const at = parts.findIndex((known) => known.id === part.id)
  if (at < 0) return [...parts, part]
  return replace ? parts.with(at, part) : parts
}

/** How far a part has come; its text grows by its own events alone. */
function changePart(parts: Part[], part: Part): Part[] {
  const at = parts.findIndex((known) => known.id === part.id)
  const known = parts[at]
  return known ? parts.with(at, { ...part, text: known.text }) : [...parts, part]
}

function append(parts: Part[], id: unknown, text: string): Part[] {
  const at = parts.findIndex((part) => part.id === id)
  const part = parts[at]
  return part ? parts.with(at, { ...part, text: part.text + text }) : parts
}
