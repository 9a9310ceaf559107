/** Putting a row of a list elsewhere. Pure. */

interface Edges {
  top: number
  bottom: number
}

/** The list with the entry at `from` at `to` instead. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const entry = list[from]
  if (entry === undefined) return [...list]
  const rest = list.toSpliced(from, 1)
  return rest.toSpliced(to, 0, entry)
}

/** How far a row may be dragged: it stays within the list, which would else grow and scroll for ever. */
export function within(rows: readonly Edges[], from: number, away: number): number {
  const [row, first, last] = [rows[from], rows[0], rows.at(-1)]
  if (!row || !first || !last) return 0
  return Math.max(first.top - row.top, Math.min(last.bottom - row.bottom, away))
}

/** Where a row lands that was dragged `away` pixels: it takes the place of each whose middle its leading edge passed. */
export function landing(rows: readonly Edges[], from: number, away: number): number {
  const row = rows[from]
  if (!row) return from
  const middle = ({ top, bottom }: Edges) => (top + bottom) / 2
  const down = rows.filter((other, index) => index > from && row.bottom + away > middle(other)).length
  const up = rows.filter((other, index) => index < from && row.top + away < middle(other)).length
  return from + down - up
}

/** How far each row gives way to the dragged one. */
export function givingWay(index: number, from: number, to: number, height: number): number {
  if (index > from && index <= to) return -height
  return index < from && index >= to ? height : 0
}

/** What was listed, in the order somebody wants; what they did not know of comes last. */
export function inOrder<T extends { id: string }>(list: readonly T[], ids: readonly string[] | null): T[] {
  if (!ids) return [...list]
  const places = new Map(ids.map((id, place) => [id, place]))
  return list.toSorted((a, b) => (places.get(a.id) ?? ids.length) - (places.get(b.id) ?? ids.length))
}
