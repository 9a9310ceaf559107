/** What is typed after a `/`, taken apart. Pure. */

export interface Typed {
  /** The name of a command, as far as it is typed. */
  name: string
  /** What follows the first space; null while there is none. */
  rest: string | null
}

/** Null when what is typed is no command: it does not begin with `/`, or goes on in another line. */
export function typedCommand(text: string): Typed | null {
  const found = /^\/([^\s/]*)(?:[ \u3000]([^\n]*))?$/.exec(text)
  return found && { name: (found[1] ?? '').toLowerCase(), rest: found[2] ?? null }
}

export interface Named {
  name: string
  text: string
}

/** Those that are meant: whose name begins so first, then those where it occurs in the name or in what they do. */
export function meant<Item extends Named>(items: Item[], typed: string): Item[] {
  const rank = ({ name, text }: Named) => {
    const low = name.toLowerCase().replace(/^\//, '')
    if (low.startsWith(typed)) return 0
    return low.includes(typed) ? 1 : text.toLowerCase().includes(typed) ? 2 : 3
  }
  const ranked = items.map((item) => ({ item, at: rank(item) })).filter(({ at }) => at < 3)
  return ranked.toSorted((one, other) => one.at - other.at).map(({ item }) => item)
}
