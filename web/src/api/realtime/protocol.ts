/** What travels between this tab and the server, by whichever way. */
import { isRecord } from '../errors'

export interface StreamEvent {
  /** Place in the stream's log; null for what is not kept (the text deltas of a part being written). */
  seq: number | null
  /** Where it begins, when it stands for several that were merged on the way. */
  firstSeq?: number
  type: string
  body: Record<string, unknown>
}

export type ServerFrame =
  | { op: 'subscribed'; stream: string; seq: number }
  | { op: 'snapshot'; stream: string; seq: number; body: unknown }
  | { op: 'event'; stream: string; event: StreamEvent }
  | { op: 'error'; stream: string | null; code: string }
  | { op: 'close'; code: number }
  | { op: 'pong' }

export type ClientFrame =
  | { op: 'subscribe'; stream: string; after?: number }
  | { op: 'unsubscribe'; stream: string }
  | { op: 'authenticate'; ticket: string }
  | { op: 'ping' }

/** One frame, or null when it is none that this version knows. */
export function parseFrame(text: string): ServerFrame | null {
  const frame: unknown = parseJson(text)
  if (!isRecord(frame)) return null
  const stream = typeof frame.stream === 'string' ? frame.stream : null
  const seq = typeof frame.seq === 'number' ? frame.seq : null
  if (frame.op === 'pong' || frame.op === 'authenticated') return { op: 'pong' }
  if (frame.op === 'error') return { op: 'error', stream, code: String(frame.code) }
  if (frame.op === 'close') return { op: 'close', code: Number(frame.code) }
  if (stream === null) return null
  if (frame.op === 'event') return { op: 'event', stream, event: eventFrom(frame, seq) }
  if (seq === null) return null
  if (frame.op === 'subscribed') return { op: 'subscribed', stream, seq }
  return frame.op === 'snapshot' ? { op: 'snapshot', stream, seq, body: frame.body } : null
}

/** What a long poll answered, as the frames that a socket would have brought. */
export function framesOf(answer: unknown): ServerFrame[] {
  if (!isRecord(answer) || !Array.isArray(answer.streams) || !Array.isArray(answer.events)) return []
  const frames: ServerFrame[] = []
  const places = answer.streams.filter(isRecord)
  for (const { stream, seq, snapshot } of places) {
    if (typeof stream !== 'string' || typeof seq !== 'number' || !snapshot) continue
    const first = answer.events.find((event) => isRecord(event) && event.stream === stream)
    const at = isRecord(first) ? Number(first.first_seq ?? first.seq) - 1 : seq
    frames.push({ op: 'subscribed', stream, seq: at }, { op: 'snapshot', stream, seq: at, body: snapshot })
  }
  for (const event of answer.events) {
    if (!isRecord(event) || typeof event.stream !== 'string') continue
    const seq = typeof event.seq === 'number' ? event.seq : null
    frames.push({ op: 'event', stream: event.stream, event: eventFrom(event, seq) })
  }
  for (const { stream, seq } of places) {
    if (typeof stream === 'string' && typeof seq === 'number') frames.push({ op: 'subscribed', stream, seq })
  }
  return frames
}

function eventFrom(frame: Record<string, unknown>, seq: number | null): StreamEvent {
  const event = { seq, type: String(frame.type), body: isRecord(frame.body) ? frame.body : {} }
  return typeof frame.first_seq === 'number' ? { ...event, firstSeq: frame.first_seq } : event
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
