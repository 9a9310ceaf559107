/** What the playground remembers in this browser, for each person: the draft, and the last answers if there is room. */
import { isRecord } from '@/api/errors'
import {
  type Column,
  type Draft,
  type Line,
  MOST_COLUMNS,
  NO_SETTINGS,
  newDraft,
  newLine,
  PROTOCOLS,
  ROLES,
} from './draft'
import type { Run } from './run'

export interface Kept {
  draft: Draft
  /** By column. */
  runs: Record<string, Run>
}

const PREFIX = 'guildhall.playground.'
/** In characters; browsers give an origin some five million. */
const MOST = 1_500_000
const MOST_RECEIVED = 150_000

export function readKept(userId: string): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PREFIX + userId) ?? 'null')
    return restored(kept)
  } catch {
    return { draft: newDraft(), runs: {} }
  }
}

/** Whatever an earlier version or somebody else has left there, as a draft of this one. */
export function restored(kept: unknown): Kept {
  const fresh = newDraft()
  const { draft, runs } = object(kept)
  const { protocol, streamed, system, lines, settings, columns } = object(draft)
  const told = objects(columns).filter(({ id, model }) => typeof id === 'string' && typeof model === 'string')
  return {
    draft: {
      protocol: PROTOCOLS.find((name) => name === protocol) ?? fresh.protocol,
      streamed: streamed !== false,
      system: typeof system === 'string' ? system : '',
      lines: draft === undefined ? fresh.lines : objects(lines).map(restoredLine),
      settings: { ...NO_SETTINGS, ...texts(settings, Object.keys(NO_SETTINGS)) },
      columns: told.length > 0 ? (told.slice(0, MOST_COLUMNS) as unknown as Column[]) : fresh.columns,
    },
    runs: Object.fromEntries(Object.entries(object(runs)).filter((entry): entry is [string, Run] => isRun(entry[1]))),
  }
}

function restoredLine(line: Record<string, unknown>): Line {
  const { role, pictures, calls } = line
  return newLine(ROLES.find((name) => name === role) ?? 'user', {
    ...texts(line, ['id', 'text', 'callId']),
    pictures: Array.isArray(pictures) ? pictures.filter((url) => typeof url === 'string') : [],
    calls: objects(calls).map((call, slot) => ({ slot, ...NO_CALL, ...texts(call, Object.keys(NO_CALL)) })),
  })
}

const NO_CALL = { id: '', name: '', arguments: '' }

/** Good enough to be drawn. */
function isRun(value: unknown): value is Run {
  const { request, answer, received, status, model } = object(value)
  const isWhole = typeof object(answer).text === 'string' && Array.isArray(object(answer).calls)
  return isWhole && typeof object(request).body === 'string' && Array.isArray(received) && !!status && !!model
}

function object(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {}
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function texts(value: unknown, names: string[]): Record<string, string> {
  const entries = Object.entries(object(value)).filter(
    ([name, text]) => names.includes(name) && typeof text === 'string',
  )
  return Object.fromEntries(entries) as Record<string, string>
}

export function keep(userId: string, kept: Kept): void {
  const text = [kept, { ...kept, runs: {} }, { draft: withoutPictures(kept.draft), runs: {} }]
    .map((part) => JSON.stringify({ ...part, runs: settled(part.runs) }))
    .find((written) => written.length < MOST)
  try {
    if (text) localStorage.setItem(PREFIX + userId, text)
  } catch {
    // A full or forbidden storage must not stop anyone from trying things out.
  }
}

/** As they will be after a reload: what is still running will have been stopped, and a long stream keeps its end only. */
function settled(runs: Record<string, Run>): Record<string, Run> {
  return Object.fromEntries(
    Object.entries(runs).map(([id, run]) => {
      const size = run.received.reduce((sum, { text }) => sum + text.length, 0)
      const status = run.status === 'running' ? 'stopped' : run.status
      return [id, { ...run, status, received: size > MOST_RECEIVED ? [] : run.received }]
    }),
  )
}

function withoutPictures(draft: Draft): Draft {
  return { ...draft, lines: draft.lines.map((line) => ({ ...line, pictures: [] })) }
}
