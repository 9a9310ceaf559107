/** Three texts become one: what only one side changed is taken, where both did somebody chooses. Pure. */
import { linesOf, type Match, matchesOf } from './lines'

/** What is taken where both sides changed the same lines. */
export type Choice = 'yours' | 'theirs' | 'both'

/** A part of the merged text: settled, or with two ways it could go on. */
export type Piece =
  | { kind: 'settled'; text: string; by: 'nobody' | 'you' | 'them' | 'both' }
  | { kind: 'conflict'; base: string; yours: string; theirs: string }

/** Merge what `yours` and `theirs` made of `base`, line by line. */
export function merge(base: string, yours: string, theirs: string): Piece[] {
  const [origin, mine, other] = [linesOf(base), linesOf(yours), linesOf(theirs)]
  const anchors = common(matchesOf(origin, mine), matchesOf(origin, other))
  const pieces: Piece[] = []
  let at = { base: 0, yours: 0, theirs: 0 }
  for (const anchor of [...anchors, { base: origin.length, yours: mine.length, theirs: other.length, length: 0 }]) {
    const between = piece(
      origin.slice(at.base, anchor.base).join(''),
      mine.slice(at.yours, anchor.yours).join(''),
      other.slice(at.theirs, anchor.theirs).join(''),
    )
    if (between) pieces.push(between)
    const text = origin.slice(anchor.base, anchor.base + anchor.length).join('')
    if (text) pieces.push({ kind: 'settled', text, by: 'nobody' })
    const { length } = anchor
    at = { base: anchor.base + length, yours: anchor.yours + length, theirs: anchor.theirs + length }
  }
  return pieces
}

export function conflictsOf(pieces: Piece[]): number {
  return pieces.filter((one) => one.kind === 'conflict').length
}

/** The text as chosen, or null while a conflict has no choice yet; `choices` go by the number of the conflict. */
export function mergedText(pieces: Piece[], choices: ReadonlyMap<number, Choice>): string | null {
  let text = ''
  let conflict = 0
  for (const one of pieces) {
    if (one.kind === 'settled') {
      text += one.text
      continue
    }
    const choice = choices.get(conflict)
    conflict += 1
    if (!choice) return null
    if (choice !== 'theirs') text = ended(text, one.yours)
    if (choice !== 'yours') text = ended(text, one.theirs)
  }
  return text
}

/** Two pieces one after the other: a last line without an end gets one. */
function ended(text: string, next: string): string {
  return text !== '' && next !== '' && !text.endsWith('\n') ? `${text}\n${next}` : text + next
}

function piece(base: string, yours: string, theirs: string): Piece | null {
  if (base === '' && yours === '' && theirs === '') return null
  if (yours === theirs) return yours === '' ? null : { kind: 'settled', text: yours, by: 'both' }
  if (yours === base) return { kind: 'settled', text: theirs, by: 'them' }
  if (theirs === base) return { kind: 'settled', text: yours, by: 'you' }
  return { kind: 'conflict', base, yours, theirs }
}

interface Anchor {
  base: number
  yours: number
  theirs: number
  length: number
}

/** The runs of the base that both sides left as they were. */
function common(yours: Match[], theirs: Match[]): Anchor[] {
  const found: Anchor[] = []
  for (const mine of yours) {
    for (const other of theirs) {
      const start = Math.max(mine.a, other.a)
      const end = Math.min(mine.a + mine.length, other.a + other.length)
      if (end <= start) continue
      found.push({
        base: start,
        yours: mine.b + start - mine.a,
        theirs: other.b + start - other.a,
        length: end - start,
      })
    }
  }
  return found.sort((one, other) => one.base - other.base)
}
