/** Server-sent events, cut out of the bytes as they come, each kept as it was written. Pure. */

export interface Cut {
  /** Whole events, without the empty line that ends each. */
  events: string[]
  /** What belongs to the next one. */
  rest: string
}

export function cutEvents(text: string): Cut {
  const events = text.split(/\r?\n\r?\n/)
  const rest = events.pop() ?? ''
  return { events: events.filter((event) => event.trim() !== ''), rest }
}

/** What an event carries; empty for a comment. */
export function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).replace(/^ /, ''))
    .join('\n')
}
