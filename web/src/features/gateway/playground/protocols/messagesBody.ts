/** A draft as a request of Anthropic's Messages API. Pure. */
import type { Draft, Line, ToolCall } from '../draft'
import { isObject, type Json, readJson } from '../json'
import { effortsOf, formatOf } from '../problems'
import { choice, number, said, schema, spoken, stops, system, tools } from './parts'

/** Anthropic wants to be told; this is enough for most answers. */
export const USUAL_TOKENS = 1024

const CHOICES = { auto: 'auto', required: 'any', none: 'none' }

interface Turn {
  role: string
  content: Json[]
}

export function messagesBody(draft: Draft, model: string): Record<string, Json> {
  const offered = tools(draft)
  const chosen = choice(draft)
  return said({
    model,
    max_tokens: number(draft, 'max_tokens') ?? USUAL_TOKENS,
    system: system(draft),
    messages: turns(spoken(draft)),
    temperature: number(draft, 'temperature'),
    top_p: number(draft, 'top_p'),
    stop_sequences: stops(draft),
    output_config: config(draft),
    tools: offered,
    tool_choice: offered && chosen ? { type: CHOICES[chosen] } : undefined,
    stream: draft.streamed ? true : undefined,
  })
}

/** Results of tools and what the person says after them are one turn; words alone are written as text. */
function turns(lines: Line[]): Json[] {
  const written: Turn[] = []
  let isResult = false
  for (const line of lines) {
    const last = written.at(-1)
    if (isResult && last && line.role !== 'assistant') last.content.push(...blocks(line))
    else written.push({ role: line.role === 'assistant' ? 'assistant' : 'user', content: blocks(line) })
    isResult = line.role === 'tool'
  }
  return written.map(({ role, content }) => ({ role, content: wordsAlone(content) ?? content }))
}

function wordsAlone(content: Json[]): string | null {
  const [only] = content
  return content.length === 1 && isObject(only) && typeof only.text === 'string' ? only.text : null
}

function blocks({ role, text, pictures, calls, callId }: Line): Json[] {
  if (role === 'tool') return [{ type: 'tool_result', tool_use_id: callId, content: text }]
  const words = text === '' ? [] : [{ type: 'text', text }]
  return role === 'assistant' ? [...words, ...calls.map(toolUse)] : [...pictures.map(image), ...words]
}

function toolUse(call: ToolCall): Json {
  const read = readJson(call.arguments || '{}')
  return {
    type: 'tool_use',
    id: call.id,
    name: call.name,
    input: read.isGood && isObject(read.value) ? read.value : {},
  }
}

/** `data:image/png;base64,…`, as the browser reads a file. */
function image(url: string): Json {
  const [head = '', data = ''] = url.split(',', 2)
  const source = { type: 'base64', media_type: head.slice('data:'.length).split(';')[0] ?? '', data }
  return { type: 'image', source }
}

function config(draft: Draft): Json | undefined {
  const { effort } = draft.settings
  const isSchema = formatOf('messages', draft.settings) === 'schema'
  const written = said({
    effort: effortsOf('messages').includes(effort) ? effort : undefined,
    format: isSchema ? { type: 'json_schema', schema: schema(draft) } : undefined,
  })
  return Object.keys(written).length > 0 ? written : undefined
}
