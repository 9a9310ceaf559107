/** A draft as a request of OpenAI's Responses API. Pure. */
import type { Draft, Line } from '../draft'
import type { Json } from '../json'
import { effortsOf, formatOf } from '../problems'
import { choice, number, said, schema, spoken, system, tools } from './parts'

export function responsesBody(draft: Draft, model: string): Record<string, Json> {
  const offered = tools(draft)
  const { effort } = draft.settings
  return said({
    model,
    instructions: system(draft),
    input: spoken(draft).flatMap(items),
    temperature: number(draft, 'temperature'),
    top_p: number(draft, 'top_p'),
    max_output_tokens: number(draft, 'max_tokens'),
    text: format(draft),
    reasoning: effortsOf('responses').includes(effort) ? { effort } : undefined,
    tools: offered,
    tool_choice: offered && choice(draft),
    stream: draft.streamed ? true : undefined,
  })
}

function items({ role, text, pictures, calls, callId }: Line): Json[] {
  if (role === 'tool') return [{ type: 'function_call_output', call_id: callId, output: text }]
  if (role === 'assistant') {
    const wanted = calls.map((call) => ({
      type: 'function_call',
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
    }))
    return text === '' ? wanted : [{ role, content: text }, ...wanted]
  }
  if (pictures.length === 0) return [{ role, content: text }]
  const words = text === '' ? [] : [{ type: 'input_text', text }]
  return [{ role, content: [...words, ...pictures.map((url) => ({ type: 'input_image', image_url: url }))] }]
}

function format(draft: Draft): Json | undefined {
  const wanted = formatOf('responses', draft.settings)
  if (wanted === 'text') return undefined
  if (wanted === 'json') return { format: { type: 'json_object' } }
  return { format: { type: 'json_schema', name: 'answer', schema: schema(draft) } }
}
