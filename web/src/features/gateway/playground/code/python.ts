/** A request as a program in Python, on OpenAI's or Anthropic's SDK. Pure. */
import type { Protocol } from '../draft'
import type { Json } from '../json'
import type { ModelRequest } from '../request'
import { pythonLiteral, pythonString } from './literals'

/** What the SDKs take by name; they pass on anything else as `extra_body`. */
const KNOWN: Record<Protocol, Set<string>> = {
  chat: new Set(
    `messages model stream stream_options temperature top_p max_tokens stop seed frequency_penalty presence_penalty
    response_format reasoning_effort tools tool_choice max_completion_tokens logprobs top_logprobs n user`.split(/\s+/),
  ),
  responses: new Set(
    'model input instructions temperature top_p max_output_tokens text reasoning tools tool_choice stream'.split(' '),
  ),
  messages: new Set(
    'model max_tokens messages system stop_sequences stream output_config tools tool_choice thinking'.split(' '),
  ),
}

const CALLS: Record<Protocol, string> = {
  chat: 'client.chat.completions.create',
  responses: 'client.responses.create',
  messages: 'client.messages.create',
}

export function pythonCode(origin: string, { protocol, body }: ModelRequest): string {
  const isStream = body.stream === true
  const package_ = protocol === 'messages' ? ['anthropic', 'Anthropic'] : ['openai', 'OpenAI']
  const base = protocol === 'messages' ? origin : `${origin}/v1`
  return [
    'import os',
    '',
    `from ${package_[0]} import ${package_[1]}  # pip install ${package_[0]}`,
    '',
    `client = ${package_[1]}(base_url=${pythonString(base)}, api_key=os.environ["GUILDHALL_API_KEY"])`,
    `${isStream ? 'events' : 'answer'} = ${CALLS[protocol]}(`,
    ...named(protocol, body).map(([name, value]) => `    ${name}=${pythonLiteral(value, 1)},`),
    ')',
    ...(isStream ? STREAMED : WHOLE)[protocol],
    '',
  ].join('\n')
}

function named(protocol: Protocol, body: Record<string, Json>): [string, Json][] {
  const fields = Object.entries(body)
  const extra = fields.filter(([name]) => !KNOWN[protocol].has(name))
  const known = fields.filter(([name]) => KNOWN[protocol].has(name))
  return extra.length > 0 ? [...known, ['extra_body', Object.fromEntries(extra)]] : known
}

const WHOLE: Record<Protocol, string[]> = {
  chat: ['message = answer.choices[0].message', 'print(message.content or message.tool_calls)'],
  responses: ['print(answer.output_text or answer.output)'],
  messages: ['for block in answer.content:', '    print(block.text if block.type == "text" else block)'],
}

const STREAMED: Record<Protocol, string[]> = {
  chat: [
    'for chunk in events:',
    '    for choice in chunk.choices:',
    '        print(choice.delta.content or choice.delta.tool_calls or "", end="", flush=True)',
  ],
  responses: [
    'for event in events:',
    '    if event.type in {"response.output_text.delta", "response.function_call_arguments.delta"}:',
    '        print(event.delta, end="", flush=True)',
  ],
  messages: [
    'for event in events:',
    '    if event.type == "content_block_delta":',
    '        print(getattr(event.delta, "text", "") or getattr(event.delta, "partial_json", ""), end="", flush=True)',
  ],
}
