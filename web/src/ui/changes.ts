/** What is different between two states of one thing. Pure. */
import { isRecord } from '@/api/errors'

export interface Change {
  /** Where in the thing: `limits.per_minute`. */
  path: string
  /** Undefined where there was nothing. */
  before: unknown
  after: unknown
}

type State = Record<string, unknown> | null | undefined

/** Every value that was added, taken away or changed, in the order of the names. */
export function changesBetween(before: State, after: State): Change[] {
  const [was, is] = [flat(before ?? {}), flat(after ?? {})]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((change) => !isSame(change.before, change.after) && !isNothing(change))
}

/** A value as people read it; lists in one line. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  if (Array.isArray(value) && value.every((one) => !isRecord(one) && !Array.isArray(one)))
    return value.join(', ') || '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function flat(value: Record<string, unknown>, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, inner] of Object.entries(value)) {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (isRecord(inner) && Object.keys(inner).length > 0)
      for (const [deep, one] of flat(inner, path)) found.set(deep, one)
    else found.set(path, inner)
  }
  return found
}

/** Something that was made without this, or removed without ever having had it. */
function isNothing({ before, after }: Change): boolean {
  return (before === undefined && isEmpty(after)) || (after === undefined && isEmpty(before))
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
