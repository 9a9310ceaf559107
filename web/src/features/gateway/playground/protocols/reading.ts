/** What is read of every answer, fields that may be missing, and calls that come in pieces. Pure. */
import type { ToolCall } from '../draft'
import { isObject, type Json } from '../json'

export interface Usage {
  input: number
  output: number
  /** Of the input: what the provider had kept. */
  cached: number
  /** Of the output: what was thought. */
  thinking: number
}

export interface Failure {
  /** HTTP's; 0 when there was no answer at all. */
  status: number
  code: string
  message: string
}

export interface Answer {
  text: string
  thinking: string
  calls: ToolCall[]
  usage: Usage | null
  /** Why it ended, in the provider's word. */
  finish: string | null
  /** The model that says it has answered. */
  model: string | null
  failure: Failure | null
}

export const NO_ANSWER: Answer = {
  text: '',
  thinking: '',
  calls: [],
  usage: null,
  finish: null,
  model: null,
  failure: null,
}

export type Fields = Record<string, Json>

export function object(value: Json | undefined): Fields {
  return isObject(value) ? value : {}
}

export function objects(value: Json | undefined): Fields[] {
  return Array.isArray(value) ? value.filter((one): one is Fields => isObject(one)) : []
}

export function string(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

export function count(value: Json | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

/** The answer with a call begun, or more of its arguments. */
export function withCall(answer: Answer, slot: number, piece: Partial<ToolCall>): Answer {
  const place = answer.calls.findIndex((call) => call.slot === slot)
  const call = answer.calls[place] ?? { slot, id: '', name: '', arguments: '' }
  const grown = {
    slot,
    id: piece.id || call.id,
    name: piece.name || call.name,
    arguments: call.arguments + (piece.arguments ?? ''),
  }
  return { ...answer, calls: place === -1 ? [...answer.calls, grown] : answer.calls.with(place, grown) }
}
