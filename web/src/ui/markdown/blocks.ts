/** Markdown as data: text is cut into top-level blocks, so that a growing answer re-renders only its last one. Pure. */
import { Lexer, type Token, type Tokens } from 'marked'

export type { Token, Tokens }

/** Top-level blocks of a text; blank lines are left out. */
export function blocks(text: string): Token[] {
  return shown(lex(text))
}

/** A text that grows at its end: its blocks but for the last few can no longer change. */
export interface Growing {
  blocks: Token[]
  settled: Token[]
  settledText: string
}

const OPEN_TOKENS = 4

/** The blocks of a text that has grown; only what was still open is read again. */
export function grow(before: Growing | null, grown: string): Growing {
  const text = grown.replace(/\r\n?/g, '\n')
  const known = before && text.startsWith(before.settledText) ? before : { settled: [], settledText: '' }
  const fresh = lex(text.slice(known.settledText.length))
  const closed = fresh.slice(0, -OPEN_TOKENS)
  return {
    blocks: shown([...known.settled, ...fresh]),
    settled: [...known.settled, ...closed],
    settledText: known.settledText + closed.map((token) => token.raw).join(''),
  }
}

function lex(text: string): Token[] {
  return [...new Lexer({ gfm: true, breaks: true }).lex(text)]
}

function shown(tokens: Token[]): Token[] {
  return tokens.filter((token) => token.type !== 'space' && token.type !== 'def')
}

/** Whether a fenced block has its closing fence: until then the code is still being written. */
export function isClosedFence(raw: string): boolean {
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1]
  if (!fence) return true
  const lines = raw.trimEnd().split('\n')
  return lines.length > 1 && (lines.at(-1) ?? '').trim().startsWith(fence)
}

const SAFE = new Set(['http:', 'https:', 'mailto:'])

/** An address that may be followed; null for `javascript:` and its like. */
export function safeHref(href: string, base: string): string | null {
  try {
    const url = new URL(href, base)
    return SAFE.has(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

/** Whether a picture may be shown without asking another host for it. */
export function isOwnImage(href: string, base: string): boolean {
  if (/^data:image\/(png|jpeg|gif|webp);/.test(href)) return true
  try {
    return new URL(href, base).origin === new URL(base).origin
  } catch {
    return false
  }
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** `&lt;` and the like as the characters they stand for. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x?[\da-f]{1,6}|[a-z]+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole
    const hex = name[1] === 'x' || name[1] === 'X'
    const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
