/** The form of a configuration document, made from its schema. Pure. */
import { isRecord } from '@/api/errors'
import { toLocal } from '@/ui/moments'

export type FieldKind =
  | 'choice'
  | 'switch'
  | 'integer'
  | 'decimal'
  | 'line'
  | 'text'
  | 'secret'
  | 'moment'
  | 'list'
  | 'json'

export interface FormField {
  name: string
  kind: FieldKind
  /** What the server calls it, for fields that have no translation. */
  title: string
  description: string
  options: string[]
  minimum: number | null
  maximum: number | null
  longest: number | null
  /** How a line has to be written. */
  pattern: string | null
  /** May be left empty. */
  optional: boolean
}

/** What is wrong with a value: a key of `configuration.problem` and its numbers. */
export interface Problem {
  key: 'required' | 'number' | 'integer' | 'tooSmall' | 'tooLarge' | 'tooLong' | 'pattern' | 'json'
  limit?: number
}

export type Values = Record<string, unknown>

type Schema = Record<string, unknown>

/** Longer texts get room for several lines. */
const LINE_LENGTH = 400

export function fieldsOf(schema: Schema, secrets: Record<string, boolean> = {}): FormField[] {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  return Object.entries(properties).map(([name, property]) => {
    const { inner, optional } = unwrapped(isRecord(property) ? property : {}, schema)
    const outer = isRecord(property) ? property : {}
    return {
      name,
      kind: name in secrets ? 'secret' : kindOf(inner),
      title: textOf(outer.title) ?? textOf(inner.title) ?? name,
      description: textOf(outer.description) ?? textOf(inner.description) ?? '',
      options: Array.isArray(inner.enum) ? inner.enum.map(String) : [],
      minimum: numberOf(inner.minimum),
      maximum: numberOf(inner.maximum),
      longest: numberOf(inner.maxLength),
      pattern: textOf(inner.pattern),
      optional,
    }
  })
}

/** Follow a reference, and look through "this or nothing". */
function unwrapped(property: Schema, root: Schema): { inner: Schema; optional: boolean } {
  if (Array.isArray(property.anyOf)) {
    const kinds = property.anyOf.filter(isRecord)
    const present = kinds.filter((one) => one.type !== 'null')
    const first = present[0]
    if (present.length === 1 && first) {
      return { inner: unwrapped(first, root).inner, optional: present.length < kinds.length }
    }
  }
  if (typeof property.$ref === 'string') {
    const definitions = isRecord(root.$defs) ? root.$defs : {}
    const found = definitions[property.$ref.replace('#/$defs/', '')]
    return { inner: isRecord(found) ? found : {}, optional: false }
  }
  return { inner: property, optional: false }
}

function kindOf({ type, format, maxLength, items, enum: options }: Schema): FieldKind {
  if (Array.isArray(options)) return 'choice'
  if (type === 'boolean') return 'switch'
  if (type === 'integer') return 'integer'
  if (type === 'number') return 'decimal'
  if (type === 'array' && isRecord(items) && items.type === 'string') return 'list'
  if (type !== 'string') return 'json'
  if (format === 'date-time') return 'moment'
  return typeof maxLength === 'number' && maxLength > LINE_LENGTH ? 'text' : 'line'
}

/** A value as a control holds it: text for everything that is typed. */
export function typed(field: FormField, value: unknown): string | boolean {
  if (field.kind === 'switch') return value === true
  if (field.kind === 'secret' || value === null || value === undefined) return ''
  if (field.kind === 'moment') return toLocal(String(value))
  if (field.kind === 'list') return Array.isArray(value) ? value.join('\n') : ''
  return field.kind === 'json' ? JSON.stringify(value, null, 2) : String(value)
}

/** What is wrong with what was typed, before the server is asked. */
export function problemOf(field: FormField, text: string | boolean): Problem | null {
  if (typeof text === 'boolean' || field.kind === 'secret') return null
  if (text.trim() === '') return needsValue(field) ? { key: 'required' } : null
  if (field.kind === 'json') return isJson(text) ? null : { key: 'json' }
  if (field.longest !== null && text.length > field.longest) return { key: 'tooLong', limit: field.longest }
  if (field.kind === 'line' && !fits(field, text.trim())) return { key: 'pattern' }
  if (field.kind !== 'integer' && field.kind !== 'decimal') return null
  const number = Number(text)
  if (!Number.isFinite(number)) return { key: 'number' }
  if (field.kind === 'integer' && !Number.isInteger(number)) return { key: 'integer' }
  if (field.minimum !== null && number < field.minimum) return { key: 'tooSmall', limit: field.minimum }
  if (field.maximum !== null && number > field.maximum) return { key: 'tooLarge', limit: field.maximum }
  return null
}

/** The value to send for what was typed. */
export function wantedOf(field: FormField, text: string | boolean): unknown {
  if (typeof text === 'boolean') return text
  const trimmed = text.trim()
  if (field.kind === 'list')
    return trimmed
      .split(/[\n,]+/)
      .map((one) => one.trim())
      .filter(Boolean)
  if (trimmed === '') return needsValue(field) || field.optional ? null : ''
  if (field.kind === 'integer' || field.kind === 'decimal') return Number(trimmed)
  if (field.kind === 'moment') return new Date(trimmed).toISOString()
  return field.kind === 'json' ? JSON.parse(trimmed) : trimmed
}

function fits({ pattern }: FormField, text: string): boolean {
  return pattern === null || new RegExp(pattern, 'u').test(text)
}

export interface FieldGroup {
  /** What the names of its fields begin with; null for fields that stand alone. */
  name: string | null
  fields: FormField[]
}

/** Fields in their order, neighbours of the same group together. */
export function grouped(fields: FormField[], isGroup: (name: string) => boolean): FieldGroup[] {
  const found: FieldGroup[] = []
  for (const field of fields) {
    const first = field.name.split('_')[0] ?? ''
    const name = isGroup(first) ? first : null
    const last = found.at(-1)
    if (last && last.name === name) last.fields.push(field)
    else found.push({ name, fields: [field] })
  }
  return found
}

function needsValue({ kind, optional }: FormField): boolean {
  return !optional && ['choice', 'integer', 'decimal', 'moment', 'json'].includes(kind)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
