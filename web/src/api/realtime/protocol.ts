/** What travels over the one WebSocket. */
import { isRecord } from '../errors'

export interface StreamEvent {
  /** Place in the stream's log; null for what is not kept (the text deltas of a part being written). */
  seq: number | null
  type: string
  body: Record<string, unknown>
}

export type ServerFrame =
  | { op: 'subscribed'; stream: string; seq: number }
  | { op: 'snapshot'; stream: string; seq: number; body: unknown }
  | { op: 'event'; stream: string; event: StreamEvent }
  | { op: 'error'; stream: string | null; code: string }
  | { op: 'pong' }

export type ClientFrame =
  | { op: 'subscribe'; stream: string; after?: number }
  | { op: 'unsubscribe'; stream: string }
  | { op: 'ping' }

/** One frame, or null when it is none that this version knows. */
export function parseFrame(text: string): ServerFrame | null {
  const frame: unknown = parseJson(text)
  if (!isRecord(frame)) return null
  const stream = typeof frame.stream === 'string' ? frame.stream : null
  const seq = typeof frame.seq === 'number' ? frame.seq : null
  if (frame.op === 'pong') return { op: 'pong' }
  if (frame.op === 'error') return { op: 'error', stream, code: String(frame.code) }
  if (stream === null) return null
  if (frame.op === 'event') {
    const body = isRecord(frame.body) ? frame.body : {}
    return { op: 'event', stream, event: { seq, type: String(frame.type), body } }
  }
  if (seq === null) return null
  if (frame.op === 'subscribed') return { op: 'subscribed', stream, seq }
  return frame.op === 'snapshot' ? { op: 'snapshot', stream, seq, body: frame.body } : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
