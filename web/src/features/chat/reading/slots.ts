/**
 * Which messages of a long conversation are drawn, and how much room the others take. Pure.
 *
 * A slot is the room of one message, down to where the next one begins, in pixels.
 */

/** The room of a message that was never drawn. */
const UNKNOWN = 160

/** Messages counted from the newest, which is 0: what arrives above changes none of the numbers. */
export interface Span {
  /** The newest of them. */
  from: number
  /** One behind the oldest of them. */
  to: number
}

/** Before anything is measured: more than a window holds. */
export const NEWEST: Span = { from: 0, to: 24 }

/** What stands in the list, in order: a message, or the room of several that are not drawn. */
export type Piece = { id: string; at: number } | { room: number; first: string }

export class Slots {
  private readonly known = new Map<string, number>()

  of(id: string): number {
    return this.known.get(id) ?? UNKNOWN
  }

  keep(id: string, height: number): void {
    this.known.set(id, height)
  }

  /** From the beginning of the list to this message. */
  above(ids: readonly string[], at: number): number {
    let sum = 0
    for (let each = 0; each < at; each += 1) sum += this.of(ids[each] ?? '')
    return sum
  }

  /** The message that a line crosses, or the one nearest to it, and where it begins. */
  at(ids: readonly string[], line: number): { at: number; top: number } {
    let top = 0
    for (let at = 0; at < ids.length - 1; at += 1) {
      const height = this.of(ids[at] ?? '')
      if (top + height > line) return { at, top }
      top += height
    }
    return { at: Math.max(ids.length - 1, 0), top }
  }

  /** The messages that lie between two lines. */
  between(ids: readonly string[], top: number, bottom: number): Span {
    const first = this.at(ids, top).at
    const last = this.at(ids, bottom).at
    return { from: ids.length - 1 - last, to: ids.length - first }
  }
}

/** Whether everything of the one is in the other; what there is no more needs no place. */
export function holds(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && outer.to >= inner.to
}

/** The list: what is in the span or to be kept, and the rest as room between; the newest is always there. */
export function piecesOf(ids: readonly string[], span: Span, kept: ReadonlySet<string>, slots: Slots): Piece[] {
  const pieces: Piece[] = []
  let room: { room: number; first: string } | null = null
  ids.forEach((id, at) => {
    const back = ids.length - 1 - at
    if ((back >= span.from && back < span.to) || back === 0 || kept.has(id)) {
      room = null
      pieces.push({ id, at })
    } else if (room) {
      room.room += slots.of(id)
    } else {
      room = { room: slots.of(id), first: id }
      pieces.push(room)
    }
  })
  return pieces
}
