/** What a conversation shows, and how each event of its stream changes it. Pure. */
import { isRecord } from '@/api/errors'
import type { StreamEvent } from '@/api/realtime/protocol'
import type { Message, Part, Session, Turn } from '@/api/types'

export interface SessionView {
  session: Session
  /** Oldest first. */
  messages: Message[]
  /** Where older messages begin; null when the first one is shown. */
  olderCursor: string | null
  removed: boolean
}

/** A snapshot is the truth about the newest messages; older ones that were already read stay above it. */
export function viewFromSnapshot(body: unknown, before: SessionView | undefined): SessionView | undefined {
  if (!isRecord(body)) return before
  const snapshot = body as { session: Session; messages: Message[]; next_cursor: string | null }
  const first = snapshot.messages[0]
  const overlap = before && first ? before.messages.findIndex((message) => message.id === first.id) : -1
  const fresh = { session: snapshot.session, removed: false }
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
    case 'part.created':
      return changeParts(view, body.message_id, (parts) => putPart(parts, body.part as Part, false))
    case 'part.completed':
      return changeParts(view, body.message_id, (parts) => putPart(parts, body.part as Part, true))
    case 'part.delta':
      return changeParts(view, body.message_id, (parts) => append(parts, body.part_id, String(body.text)))
    default:
      return view
  }
}

function add(messages: Message[], message: Message): Message[] {
  return messages.some((known) => known.id === message.id) ? messages : [...messages, message]
}

function put(messages: Message[], message: Message): Message[] {
  const at = messages.findIndex((known) => known.id === message.id)
  return at < 0 ? [...messages, message] : messages.with(at, message)
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

function append(parts: Part[], id: unknown, text: string): Part[] {
  const at = parts.findIndex((part) => part.id === id)
  const part = parts[at]
  return part ? parts.with(at, { ...part, text: part.text + text }) : parts
}
