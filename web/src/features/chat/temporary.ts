/** The temporary chat: lives in this tab's memory, streams through /v1, and is gone with the tab. */
import { streamCompletion } from '@/api/completions'
import { asApiError } from '@/api/errors'
import { serverNow } from '@/api/serverClock'
import type { Message, Part } from '@/api/types'

const FLUSH_MS = 50

export interface TemporaryChat {
  messages: Message[]
  running: boolean
}

let chat: TemporaryChat = { messages: [], running: false }
let stopper: AbortController | null = null
let count = 0
const listeners = new Set<() => void>()

export const temporaryChat = {
  snapshot: (): TemporaryChat => chat,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

export function clearTemporary(): void {
  stopper?.abort()
  stopper = null
  become({ messages: [], running: false })
}

export function stopTemporary(): void {
  stopper?.abort()
}

export async function sendTemporary(text: string, model: string): Promise<void> {
  const question = newMessage('user', 'complete', null)
  question.parts = [{ ...newPart('text', text), ended_at: question.created_at }]
  become({ ...chat, messages: [...chat.messages, question] })
  await answer(model)
}

/** Answer the last question again. */
export async function retryTemporary(model: string): Promise<void> {
  become({ ...chat, messages: chat.messages.slice(0, -1) })
  await answer(model)
}

async function answer(model: string): Promise<void> {
  const lines = chat.messages.map((message) => ({ role: message.role, content: textOf(message) }))
  const before = chat.messages
  let message = newMessage('assistant', 'streaming', model)
  const mine = new AbortController()
  stopper = mine
  const show = (running: boolean) => {
    if (stopper === mine) become({ messages: [...before, message], running })
  }
  show(true)
  const ticker = setInterval(() => show(true), FLUSH_MS)
  try {
    for await (const delta of streamCompletion(model, lines, mine.signal)) {
      if (delta.reasoning) message = grown(message, 'reasoning', delta.reasoning)
      if (delta.text) message = grown(message, 'text', delta.text)
    }
    message = { ...closed(message), status: 'complete' }
  } catch (thrown) {
    const { code, message: words } = asApiError(thrown)
    const failed = { status: 'failed' as const, error: { code, message: words } }
    message = { ...closed(message), ...(mine.signal.aborted ? { status: 'stopped' as const } : failed) }
  } finally {
    clearInterval(ticker)
    show(false)
  }
}

function grown(message: Message, type: Part['type'], text: string): Message {
  const last = message.parts.at(-1)
  if (last?.type === type) return { ...message, parts: message.parts.with(-1, { ...last, text: last.text + text }) }
  return { ...message, parts: [...closed(message).parts, newPart(type, text)] }
}

function closed(message: Message): Message {
  const at = new Date(serverNow()).toISOString()
  return { ...message, parts: message.parts.map((part) => ({ ...part, ended_at: part.ended_at ?? at })) }
}

function newMessage(role: Message['role'], status: Message['status'], model: string | null): Message {
  count += 1
  const created_at = new Date(serverNow()).toISOString()
  return {
    id: `temporary-${count}`,
    session_id: '',
    parent_id: null,
    siblings: [],
    role,
    kind: 'said',
    status,
    parts: [],
    model,
    error: null,
    usage: null,
    changes: null,
    attachments: [],
    created_at,
  }
}

function newPart(type: Part['type'], text: string): Part {
  count += 1
  return { id: `temporary-${count}`, type, text, started_at: new Date(serverNow()).toISOString(), ended_at: null }
}

/** What was said in a message, without the thinking. */
export function textOf(message: Message): string {
  return message.parts
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('\n\n')
}

function become(next: TemporaryChat): void {
  chat = next
  for (const listener of listeners) listener()
}
