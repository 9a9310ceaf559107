/** JSON that people type: its value, or the line where it stops being JSON. Browsers word that each in their own way. Pure. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

export type ReadJson = { isGood: true; value: Json } | { isGood: false; line: number; column: number }

export function readJson(text: string): ReadJson {
  try {
    return { isGood: true, value: JSON.parse(text) as Json }
  } catch {
    const before = text.slice(0, mistakeIn(text)).split('\n')
    return { isGood: false, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
}

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const SPACE = /[ \t\n\r]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids just those in its strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const DEEPEST = 500

class Mistake {
  constructor(readonly at: number) {}
}

/** Where the first mistake is. */
function mistakeIn(text: string): number {
  const reader = new Reader(text)
  try {
    reader.value(0)
    return reader.end()
  } catch (thrown) {
    if (thrown instanceof Mistake) return thrown.at
    throw thrown
  }
}

/** Walks over JSON without making anything of it. */
class Reader {
  private at = 0

  constructor(private readonly text: string) {}

  value(depth: number): void {
    this.skip(SPACE)
    const first = this.text[this.at]
    if (depth > DEEPEST) throw new Mistake(this.at)
    if (first === '{') this.list('}', () => this.entry(depth + 1))
    else if (first === '[') this.list(']', () => this.value(depth + 1))
    else this.need(first === '"' ? STRING : PLAIN)
    this.skip(SPACE)
  }

  end(): number {
    return this.at
  }

  private entry(depth: number): void {
    this.skip(SPACE)
    this.need(STRING)
    this.skip(SPACE)
    if (this.text[this.at] !== ':') throw new Mistake(this.at)
    this.at += 1
    this.value(depth)
  }

  private list(close: '}' | ']', one: () => void): void {
    this.at += 1
    this.skip(SPACE)
    if (this.text[this.at] === close) {
      this.at += 1
      return
    }
    for (;;) {
      one()
      const next = this.text[this.at]
      if (next !== ',' && next !== close) throw new Mistake(this.at)
      this.at += 1
      if (next === close) return
    }
  }

  private need(pattern: RegExp): void {
    const start = this.at
    this.skip(pattern)
    if (this.at === start) throw new Mistake(start)
  }

  private skip(pattern: RegExp): void {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found) this.at += found[0].length
  }
}
