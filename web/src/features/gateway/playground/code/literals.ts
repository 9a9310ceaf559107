/** JSON as literals of Python and JavaScript. Pure. */
import type { Json } from '../json'

const INDENT = '    '
/** Shorter lists and objects stand in one line. */
const ONE_LINE = 72

interface Dialect {
  words: Record<'true' | 'false' | 'null', string>
  key: (name: string) => string
  indent: string
}

const PYTHON: Dialect = { words: { true: 'True', false: 'False', null: 'None' }, key: pythonString, indent: INDENT }
const JAVASCRIPT: Dialect = {
  words: { true: 'true', false: 'false', null: 'null' },
  key: scriptKey,
  indent: '  ',
}

export function pythonLiteral(value: Json, depth = 0): string {
  return written(value, PYTHON, depth)
}

export function scriptLiteral(value: Json, depth = 0): string {
  return written(value, JAVASCRIPT, depth)
}

/** JSON's escapes mean the same in Python. */
export function pythonString(text: string): string {
  return JSON.stringify(text)
}

/** In an object literal, a plain `__proto__` would not be a field. */
function scriptKey(name: string): string {
  if (name === '__proto__') return '["__proto__"]'
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

function written(value: Json, dialect: Dialect, depth: number): string {
  if (value === null || typeof value === 'boolean') return dialect.words[String(value) as 'true' | 'false' | 'null']
  if (typeof value !== 'object') return JSON.stringify(value)
  const parts = Array.isArray(value)
    ? value.map((one) => written(one, dialect, depth + 1))
    : Object.entries(value).map(([name, one]) => `${dialect.key(name)}: ${written(one, dialect, depth + 1)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  const line = `${open}${parts.join(', ')}${close}`
  if (parts.length === 0 || (line.length <= ONE_LINE && !line.includes('\n'))) return line
  const inner = parts.map((part) => `${dialect.indent.repeat(depth + 1)}${part},\n`).join('')
  return `${open}\n${inner}${dialect.indent.repeat(depth)}${close}`
}
