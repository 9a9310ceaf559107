/** Parameters of a session as people type them, and back. Pure. */
import type { Parameters } from '@/api/types'
import { numberFrom } from '@/ui/amounts'

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const

const MOST_TOKENS = 10_000_000
const MOST_STOPS = 4
const LONGEST_STOP = 200
const DECIMAL = /^\d+([.,]\d+)?$/

export type Effort = (typeof EFFORTS)[number]

/** What stands in the fields of the form. */
export interface TypedParameters {
  temperature: string
  topP: string
  tokens: string
  effort: Effort | ''
  /** One sequence a line; `\n` stands for a line break. */
  stop: string
}

export type TypedField = keyof TypedParameters

export function typedOf(parameters: Parameters | null): TypedParameters {
  const { temperature, top_p, max_output_tokens, reasoning_effort, stop } = parameters ?? {}
  return {
    temperature: String(temperature ?? ''),
    topP: String(top_p ?? ''),
    tokens: String(max_output_tokens ?? ''),
    effort: reasoning_effort ?? '',
    stop: (stop ?? []).map((one) => one.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')).join('\n'),
  }
}

/** The fields that cannot be meant. */
export function wrongIn(typed: TypedParameters): TypedField[] {
  const { temperature, top_p, max_output_tokens, stop } = read(typed)
  const within = (value: number | null, least: number, most: number) =>
    value === null || (value >= least && value <= most)
  const isRight: Partial<Record<TypedField, boolean>> = {
    temperature: within(temperature, 0, 2),
    topP: within(top_p, Number.MIN_VALUE, 1),
    tokens: within(max_output_tokens, 1, MOST_TOKENS),
    stop: stop.length <= MOST_STOPS && stop.every((one) => one.length <= LONGEST_STOP),
  }
  return (Object.keys(isRight) as TypedField[]).filter((field) => !isRight[field])
}

/** As the server takes them; null when nothing is set. */
export function parametersOf(typed: TypedParameters): Parameters | null {
  const { stop, ...others } = read(typed)
  const parameters = { ...others, stop: stop.length > 0 ? stop : null }
  return Object.values(parameters).some((value) => value !== null) ? parameters : null
}

function read({ temperature, topP, tokens, effort, stop }: TypedParameters) {
  return {
    temperature: decimal(temperature),
    top_p: decimal(topP),
    max_output_tokens: numberFrom(tokens),
    reasoning_effort: effort === '' ? null : effort,
    stop: stop
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/\\(n|\\)/g, (_, sign: string) => (sign === 'n' ? '\n' : '\\'))),
  }
}

function decimal(text: string): number | null {
  const typed = text.trim()
  if (typed === '') return null
  return DECIMAL.test(typed) ? Number(typed.replace(',', '.')) : Number.NaN
}
