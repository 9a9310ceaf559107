/** Mentions: `@` and the name of a file of the workspace, within a text that is being written. Pure. */

export interface Mention {
  /** Where the `@` is. */
  start: number
  query: string
}

const BEFORE = /(?:^|[\s([{"'，。：；、（「])@([^\s@]*)$/u

/** The mention that is being written at the caret, if one is. */
export function mentionAt(text: string, caret: number): Mention | null {
  const found = BEFORE.exec(text.slice(0, caret))
  const query = found?.[1]
  return query === undefined ? null : { start: caret - query.length - 1, query }
}

/** The text with a path in the place of what was written of it, and where the caret goes. */
export function withMention(text: string, { start, query }: Mention, path: string): { text: string; caret: number } {
  const said = /\s/.test(path) ? `@"${path}"` : `@${path}`
  const rest = text.slice(start + 1 + query.length)
  const gap = rest.startsWith(' ') ? '' : ' '
  return { text: text.slice(0, start) + said + gap + rest, caret: start + said.length + 1 }
}
