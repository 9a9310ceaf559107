/** Which lines two texts have in common, by Myers' method. Pure. */

/** Beyond so many steps the rest counts as one change: two texts that share nothing need no fine comparison. */
const MOST_STEPS = 1_000

/** A run of equal lines: from `a` in the first text and `b` in the second, `length` lines long. */
export interface Match {
  a: number
  b: number
  length: number
}

/** Lines with their ends, so that joining them gives the text again. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? [])
}

/** The runs that are equal, in order. */
export function matchesOf(one: string[], other: string[]): Match[] {
  let start = 0
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1
  let end = 0
  while (
    end < one.length - start &&
    end < other.length - start &&
    one[one.length - 1 - end] === other[other.length - 1 - end]
  )
    end += 1
  const between = shortest(one.slice(start, one.length - end), other.slice(start, other.length - end))
  const found = [
    { a: 0, b: 0, length: start },
    ...between.map((match) => ({ ...match, a: match.a + start, b: match.b + start })),
    { a: one.length - end, b: other.length - end, length: end },
  ]
  return found.filter((match) => match.length > 0)
}

function shortest(one: string[], other: string[]): Match[] {
  if (one.length === 0 || other.length === 0) return []
  const trace = walk(one, other)
  return trace ? readBack(trace, one.length, other.length) : []
}

/** How far each diagonal reaches after each number of changes; null when there are too many. */
function walk(one: string[], other: string[]): Map<number, number>[] | null {
  const trace: Map<number, number>[] = []
  let reach = new Map<number, number>([[1, 0]])
  const most = Math.min(one.length + other.length, MOST_STEPS)
  for (let changes = 0; changes <= most; changes += 1) {
    trace.push(reach)
    const next = new Map(reach)
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = stepFrom(next, diagonal, changes)
      while (x < one.length && x - diagonal < other.length && one[x] === other[x - diagonal]) x += 1
      next.set(diagonal, x)
      if (x >= one.length && x - diagonal >= other.length) return [...trace, next]
    }
    reach = next
  }
  return null
}

function stepFrom(reach: Map<number, number>, diagonal: number, changes: number): number {
  const [left, right] = [reach.get(diagonal - 1) ?? -1, reach.get(diagonal + 1) ?? -1]
  return diagonal === -changes || (diagonal !== changes && left < right) ? right : left + 1
}

function readBack(trace: Map<number, number>[], a: number, b: number): Match[] {
  const found: Match[] = []
  let [x, y] = [a, b]
  for (let changes = trace.length - 2; changes >= 0; changes -= 1) {
    const reach = trace[changes] as Map<number, number>
    const diagonal = x - y
    const [left, right] = [reach.get(diagonal - 1) ?? -1, reach.get(diagonal + 1) ?? -1]
    const down = diagonal === -changes || (diagonal !== changes && left < right)
    const before = down ? diagonal + 1 : diagonal - 1
    const fromX = changes === 0 ? 0 : down ? right : left
    const stepX = changes === 0 ? 0 : down ? fromX : fromX + 1
    if (x > stepX) found.push({ a: stepX, b: stepX - diagonal, length: x - stepX })
    x = fromX
    y = fromX - before
  }
  return found.reverse()
}
