/** Tools as people paste them, in any protocol's form, and as one protocol wants them. Pure. */
import type { Protocol } from './draft'
import { isObject, type Json } from './json'

type Fields = Record<string, Json>

/** Which of them is no tool, counted from 1; 0 when it is no list at all; null when all is well. */
export function wrongTool(value: Json): number | null {
  if (!Array.isArray(value)) return 0
  const wrong = value.findIndex((tool) => !isTool(tool))
  return wrong === -1 ? null : wrong + 1
}

/** A function with a name; or something of the provider's own, told by its type. */
function isTool(tool: Json): boolean {
  if (!isObject(tool)) return false
  if (tool.type === 'function' && 'function' in tool) return isObject(tool.function) && isName(tool.function.name)
  return isName(tool.name) || (isName(tool.type) && tool.type !== 'function' && tool.type !== 'custom')
}

function isName(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== ''
}

/** A tool in the form of a protocol; what is the provider's own stays as it is. */
export function toolFor(protocol: Protocol, tool: Json): Json {
  const plain = functionOf(tool)
  if (plain === null) return tool
  const { parameters, ...rest } = plain
  const schema = parameters ?? { type: 'object', properties: {} }
  if (protocol === 'messages') return { ...rest, input_schema: schema }
  const whole = { ...rest, parameters: schema }
  return protocol === 'chat' ? { type: 'function', function: whole } : { type: 'function', ...whole }
}

function functionOf(tool: Json): Fields | null {
  if (!isObject(tool)) return null
  if (isObject(tool.function)) return tool.function
  if (tool.type !== undefined && tool.type !== 'function' && tool.type !== 'custom') return null
  const { type: _type, input_schema, ...rest } = tool
  return input_schema === undefined ? rest : { ...rest, parameters: input_schema }
}
