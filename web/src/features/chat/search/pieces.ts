/** An excerpt in pieces, those that were looked for marked. Pure. */

export interface Piece {
  text: string
  marked: boolean
  from: number
}

/** Places are in code points, as the server counts. */
export function piecesOf(excerpt: string, places: { start: number; end: number }[]): Piece[] {
  const letters = [...excerpt]
  const pieces: Piece[] = []
  let at = 0
  const add = (from: number, to: number, marked: boolean) => {
    if (to > from) pieces.push({ text: letters.slice(from, to).join(''), marked, from })
  }
  for (const { start, end } of places) {
    add(at, start, false)
    add(start, end, true)
    at = end
  }
  add(at, letters.length, false)
  return pieces
}
