/** What the JSON editors offer to begin with. */
import type { Protocol } from './draft'

const NAME = 'weather'
const DESCRIPTION = 'Tells the weather of a city.'
const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const FUNCTION = { name: NAME, description: DESCRIPTION, parameters: CITY }
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
}

export const EXAMPLES: Record<Protocol | 'schema', string> = {
  chat: written([{ type: 'function', function: FUNCTION }]),
  responses: written([{ type: 'function', ...FUNCTION }]),
  messages: written([{ name: NAME, description: DESCRIPTION, input_schema: CITY }]),
  schema: written(PERSON),
}

function written(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
