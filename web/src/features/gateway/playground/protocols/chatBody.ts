/** A draft as a chat completion. Pure. */
import type { Draft, Line } from '../draft'
import type { Json } from '../json'
import { effortsOf, formatOf } from '../problems'
import { choice, number, said, schema, spoken, stops, system, tools } from './parts'

export function chatBody(draft: Draft, model: string): Record<string, Json> {
  const instructions = system(draft)
  const offered = tools(draft)
  const { effort } = draft.settings
  return said({
    model,
    messages: [...(instructions ? [{ role: 'system', content: instructions }] : []), ...spoken(draft).map(message)],
    temperature: number(draft, 'temperature'),
    top_p: number(draft, 'top_p'),
    max_tokens: number(draft, 'max_tokens'),
    stop: stops(draft),
    seed: number(draft, 'seed'),
    frequency_penalty: number(draft, 'frequency_penalty'),
    presence_penalty: number(draft, 'presence_penalty'),
    response_format: format(draft),
    reasoning_effort: effortsOf('chat').includes(effort) ? effort : undefined,
    tools: offered,
    tool_choice: offered && choice(draft),
    ...(draft.streamed && { stream: true, stream_options: { include_usage: true } }),
  })
}

function message({ role, text, pictures, calls, callId }: Line): Json {
  if (role === 'tool') return { role, tool_call_id: callId, content: text }
  if (role === 'assistant') {
    const content = text === '' && calls.length > 0 ? null : text
    return calls.length > 0 ? { role, content, tool_calls: calls.map(toolCall) } : { role, content }
  }
  if (pictures.length === 0) return { role, content: text }
  const words = text === '' ? [] : [{ type: 'text', text }]
  return { role, content: [...words, ...pictures.map((url) => ({ type: 'image_url', image_url: { url } }))] }
}

function toolCall(call: Line['calls'][number]): Json {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } }
}

function format(draft: Draft): Json | undefined {
  const wanted = formatOf('chat', draft.settings)
  if (wanted === 'text') return undefined
  if (wanted === 'json') return { type: 'json_object' }
  return { type: 'json_schema', json_schema: { name: 'answer', schema: schema(draft) } }
}
