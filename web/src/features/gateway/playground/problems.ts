/** Which fields a protocol has, and what is wrong with what was typed into them. Pure. */
import { type Draft, isEmpty, type Protocol, type Settings } from './draft'
import { isObject, readJson } from './json'
import { wrongTool } from './tools'

interface Range {
  least: number
  most: number
  isWhole: boolean
}

const BIG = 2 ** 31 - 1

export const NUMBERS = {
  temperature: { least: 0, most: 2, isWhole: false },
  top_p: { least: 0, most: 1, isWhole: false },
  max_tokens: { least: 1, most: BIG, isWhole: true },
  seed: { least: -BIG, most: BIG, isWhole: true },
  frequency_penalty: { least: -2, most: 2, isWhole: false },
  presence_penalty: { least: -2, most: 2, isWhole: false },
} as const satisfies Partial<Record<keyof Settings, Range>>

export type NumberName = keyof typeof NUMBERS
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[]

const ONLY_CHAT = new Set<keyof Settings>(['seed', 'frequency_penalty', 'presence_penalty'])

export function hasField(protocol: Protocol, name: keyof Settings): boolean {
  if (ONLY_CHAT.has(name)) return protocol === 'chat'
  return name !== 'stop' || protocol !== 'responses'
}

/** What the answer may be asked to be: Anthropic's protocol has no JSON without a schema. */
export function formatsOf(protocol: Protocol): Settings['format'][] {
  return protocol === 'messages' ? ['text', 'schema'] : ['text', 'json', 'schema']
}

export function formatOf(protocol: Protocol, settings: Settings): Settings['format'] {
  return formatsOf(protocol).includes(settings.format) ? settings.format : 'text'
}

/** How hard to think, in the words of each protocol. */
export function effortsOf(protocol: Protocol): string[] {
  return protocol === 'messages'
    ? ['low', 'medium', 'high', 'max']
    : ['none', 'minimal', 'low', 'medium', 'high', 'xhigh']
}

export type Problem =
  | { kind: 'number'; least: number; most: number }
  | { kind: 'whole'; least: number }
  | { kind: 'json'; line: number; column: number }
  | { kind: 'integer' | 'missing' | 'notObject' | 'notList' }
  | { kind: 'notTool'; place: number }

export type Problems = Partial<Record<keyof Settings, Problem>>

/** What is wrong, by field; only fields that the protocol has. */
export function problemsOf({ protocol, settings }: Draft): Problems {
  const found: Problems = {}
  const note = (name: keyof Settings, problem: Problem | null) => {
    if (problem && hasField(protocol, name)) found[name] = problem
  }
  for (const name of NUMBER_NAMES) note(name, wrongNumber(settings[name], NUMBERS[name]))
  if (formatOf(protocol, settings) === 'schema') {
    note('schema', settings.schema.trim() === '' ? { kind: 'missing' } : wrongObject(settings.schema))
  }
  note('tools', wrongTools(settings.tools))
  note('extra', wrongObject(settings.extra))
  return found
}

/** Whether there is anything to ask; a conversation in Anthropic's protocol has at least one message too. */
export function hasSomething({ lines }: Draft): boolean {
  return lines.some((line) => !isEmpty(line))
}

/** The number typed, with a point or a comma; null for nothing. */
export function numberFrom(text: string): number | null {
  const plain = text.trim().replace(',', '.').replace('−', '-')
  if (plain === '') return null
  return /^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN
}

function wrongNumber(text: string, { least, most, isWhole }: Range): Problem | null {
  const value = numberFrom(text)
  if (value === null || (value >= least && value <= most && (!isWhole || Number.isInteger(value)))) return null
  if (isWhole) return least < 0 ? { kind: 'integer' } : { kind: 'whole', least }
  return { kind: 'number', least, most }
}

function wrongObject(text: string): Problem | null {
  if (text.trim() === '') return null
  const read = readJson(text)
  if (!read.isGood) return { kind: 'json', line: read.line, column: read.column }
  return isObject(read.value) ? null : { kind: 'notObject' }
}

function wrongTools(text: string): Problem | null {
  if (text.trim() === '') return null
  const read = readJson(text)
  if (!read.isGood) return { kind: 'json', line: read.line, column: read.column }
  const place = wrongTool(read.value)
  if (place === null) return null
  return place === 0 ? { kind: 'notList' } : { kind: 'notTool', place }
}
