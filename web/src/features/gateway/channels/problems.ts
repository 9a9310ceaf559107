/** What is wrong with the form of a channel, before it is sent and after the server has looked at it. Pure. */
import type { ApiError } from '@/api/errors'
import { numberFrom } from '@/ui/amounts'
import { LIMITS, type NumberName, PATIENCES, rangeOf, SHARES } from './numbers'
import { type ChannelForm, parametersFrom } from './wanted'

export const SECTIONS = ['share', 'limits', 'patience', 'headers', 'parameters'] as const
export type SectionName = (typeof SECTIONS)[number]

/** A key of `problem` in the words of the gateway, with its numbers. */
export interface Problem {
  key: 'required' | 'noModel' | 'integer' | 'range' | 'json' | 'jsonLine' | 'noObject' | 'noName' | 'noValue' | 'twice'
  values?: { least: number; most: number } | { line: number }
}

/** By field: its name in the form, or `headers.ID` for a row. */
export type Problems = ReadonlyMap<string, Problem>

interface Needs {
  address: boolean
  key: boolean
}

export function problemsOf(form: ChannelForm, needs: Needs): Problems {
  const found = new Map<string, Problem>()
  if (form.name.trim() === '') found.set('name', { key: 'required' })
  if (needs.address && form.base_url.trim() === '') found.set('base_url', { key: 'required' })
  if (needs.key && form.api_key.trim() === '') found.set('api_key', { key: 'required' })
  if (form.models.length === 0) found.set('models', { key: 'noModel' })
  for (const name of [...SHARES, ...LIMITS, ...PATIENCES]) {
    const problem = numberProblem(name, form.numbers[name])
    if (problem) found.set(name, problem)
  }
  for (const [id, problem] of headerProblems(form)) found.set(`headers.${id}`, problem)
  const problem = parametersProblem(form.parameters)
  if (problem) found.set('parameters', problem)
  return found
}

const WAITS = new Set<Problem['key']>(['required', 'noModel', 'noName', 'noValue'])

/** Without what is only not there yet: nobody is to be reproached for a form that is not finished. */
export function alreadyWrong(problems: Problems): Problems {
  return new Map([...problems].filter(([, { key }]) => !WAITS.has(key)))
}

/** The folded section that a field is in. */
export function sectionOf(field: string): SectionName | null {
  if ((SHARES as string[]).includes(field)) return 'share'
  if ((LIMITS as string[]).includes(field)) return 'limits'
  if ((PATIENCES as string[]).includes(field)) return 'patience'
  return SECTIONS.find((name) => field === name || field.startsWith(`${name}.`)) ?? null
}

const FIELD_OF_CODE: Record<string, string> = { channel_exists: 'name', address_not_allowed: 'base_url' }

/** The server's words by field; `words` says those of a failure that names a single one. */
export function saidOf(error: ApiError | null, form: ChannelForm, words: (error: ApiError) => string) {
  const said = new Map<string, string>()
  if (!error) return said
  const single = error.param ?? FIELD_OF_CODE[error.code]
  if (single) said.set(single, words(error))
  for (const { field, message } of error.fields) said.set(placeOf(field, form), message)
  return said
}

/** Where the server's name of a field is in the form: `headers.x-team.[key]` is a row. */
function placeOf(field: string, form: ChannelForm): string {
  const [first = field] = field.split('.')
  if (first !== 'headers') return first
  const named = field.slice('headers.'.length).toLowerCase()
  const row = form.headers.find(({ name }) => {
    const own = name.trim().toLowerCase()
    return own !== '' && (named === own || named.startsWith(`${own}.`))
  })
  return row ? `headers.${row.id}` : first
}

function numberProblem(name: NumberName, text: string): Problem | null {
  const number = numberFrom(text)
  if (number === null) return null
  if (Number.isNaN(number)) return { key: 'integer' }
  const { least, most } = rangeOf(name)
  return number < least || number > most ? { key: 'range', values: { least, most } } : null
}

function headerProblems({ headers }: ChannelForm): [string, Problem][] {
  const names = headers.map(({ name }) => name.trim().toLowerCase())
  return headers.flatMap(({ id, value, stored }, index): [string, Problem][] => {
    const name = names[index] ?? ''
    if (name === '' && value === '') return []
    if (name === '') return [[id, { key: 'noName' }]]
    if (names.indexOf(name) < index) return [[id, { key: 'twice' }]]
    return value.trim() === '' && !stored ? [[id, { key: 'noValue' }]] : []
  })
}

function parametersProblem(text: string): Problem | null {
  if (parametersFrom(text)) return null
  try {
    JSON.parse(text)
    return { key: 'noObject' }
  } catch (thrown) {
    const line = lineOf(text, String(thrown))
    return line === null ? { key: 'json' } : { key: 'jsonLine', values: { line } }
  }
}

/** Where JSON goes wrong, as far as the browser says: some tell the line, some the letter, some that it just ends. */
function lineOf(text: string, said: string): number | null {
  const line = /line (\d+)/.exec(said)?.[1]
  if (line) return Number(line)
  const letter = /position (\d+)/.exec(said)?.[1]
  if (letter) return text.slice(0, Number(letter)).split('\n').length
  return /end of (JSON|data)/i.test(said) ? text.trimEnd().split('\n').length : null
}
