import { describe, expect, it } from 'vitest'
import { answerOf, NO_ANSWER, refusal, withEvent } from './answer'
import type { Protocol } from './draft'
import { cutEvents, dataOf } from './events'

const said = { thinking: 'Hm.', text: 'Hello', usage: { input: 9, output: 4, cached: 2, thinking: 1 } }
const called = [{ slot: expect.any(Number), id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' }]

function streamed(protocol: Protocol, events: object[]) {
  return events.map((event) => JSON.stringify(event)).reduce((now, data) => withEvent(protocol, now, data), NO_ANSWER)
}

describe('chat completions', () => {
  const usage = {
    prompt_tokens: 9,
    completion_tokens: 4,
    prompt_tokens_details: { cached_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 1 },
  }
  const toolCall = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }

  it('come in pieces', () => {
    const delta = (piece: object, finish_reason: string | null = null) => ({
      model: 'm',
      choices: [{ index: 0, delta: piece, finish_reason }],
    })
    const answer = streamed('chat', [
      delta({ role: 'assistant', content: '' }),
      delta({ reasoning_content: 'Hm.' }),
      delta({ content: 'Hel' }),
      delta({ content: 'lo' }),
      delta({ tool_calls: [{ index: 0, ...toolCall, function: { name: 'weather', arguments: '{"city"' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: ':"Oslo"}' } }] }, 'tool_calls'),
      { choices: [], usage },
    ])
    expect(answer).toMatchObject({ ...said, calls: called, finish: 'tool_calls', model: 'm', failure: null })
  })

  it('come whole', () => {
    const message = { content: 'Hello', reasoning_content: 'Hm.', tool_calls: [toolCall] }
    const answer = answerOf(
      'chat',
      JSON.stringify({ model: 'm', choices: [{ message, finish_reason: 'stop' }], usage }),
    )
    expect(answer).toMatchObject({ ...said, calls: called, finish: 'stop', model: 'm' })
  })
})

describe('responses', () => {
  const usage = {
    input_tokens: 9,
    output_tokens: 4,
    input_tokens_details: { cached_tokens: 2 },
    output_tokens_details: { reasoning_tokens: 1 },
  }
  const item = { type: 'function_call', call_id: 'c1', name: 'weather' }
  const output = [
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    { type: 'message', content: [{ type: 'output_text', text: 'Hello' }] },
    { ...item, arguments: '{"city":"Oslo"}' },
  ]

  it('come in events', () => {
    const answer = streamed('responses', [
      { type: 'response.created', response: { model: 'm', status: 'in_progress', usage: null } },
      { type: 'response.reasoning_summary_text.delta', delta: 'Hm.' },
      { type: 'response.output_text.delta', output_index: 1, delta: 'Hello' },
      { type: 'response.output_item.added', output_index: 2, item: { ...item, arguments: '' } },
      { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"city":"Oslo"}' },
      { type: 'response.completed', response: { model: 'm', status: 'completed', output, usage } },
    ])
    expect(answer).toMatchObject({ ...said, calls: called, finish: 'completed', model: 'm' })
  })

  it('come whole, and say why they were cut', () => {
    const body = {
      model: 'm',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output,
      usage,
    }
    expect(answerOf('responses', JSON.stringify(body))).toMatchObject({
      ...said,
      calls: called,
      finish: 'max_output_tokens',
    })
  })

  it('fail in the middle', () => {
    const response = { status: 'failed', error: { code: 'server_error', message: 'Broken.' } }
    const answer = streamed('responses', [{ type: 'response.failed', response }])
    expect(answer.failure).toEqual({ status: 200, code: 'server_error', message: 'Broken.' })
  })
})

describe('messages', () => {
  it('come in events, the input told first and the output last', () => {
    const answer = streamed('messages', [
      {
        type: 'message_start',
        message: { model: 'm', usage: { input_tokens: 7, cache_read_input_tokens: 2, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hello' } },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 'c1', name: 'weather' } },
      { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"city":"Oslo"}' } },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use' },
        usage: { output_tokens: 4, output_tokens_details: { thinking_tokens: 1 } },
      },
      { type: 'message_stop' },
    ])
    expect(answer).toMatchObject({ ...said, calls: called, finish: 'tool_use', model: 'm' })
  })

  it('come whole', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm.' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Oslo' } },
    ]
    const usage = {
      input_tokens: 7,
      cache_read_input_tokens: 2,
      output_tokens: 4,
      output_tokens_details: { thinking_tokens: 1 },
    }
    const answer = answerOf('messages', JSON.stringify({ model: 'm', content, stop_reason: 'end_turn', usage }))
    expect(answer).toMatchObject({ ...said, calls: called, finish: 'end_turn', model: 'm' })
  })
})

describe('failures', () => {
  it('are read in OpenAI’s shape and in Anthropic’s', () => {
    const openai = JSON.stringify({ error: { message: 'Slow down.', type: 'requests', code: 'rate_limit_exceeded' } })
    expect(refusal(429, '', openai)).toEqual({ status: 429, code: 'rate_limit_exceeded', message: 'Slow down.' })
    const anthropic = JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Full.' } })
    expect(refusal(529, '', anthropic)).toEqual({ status: 529, code: 'overloaded_error', message: 'Full.' })
    expect(withEvent('messages', NO_ANSWER, anthropic).failure?.code).toBe('overloaded_error')
  })

  it('of what stands in between are told apart', () => {
    expect(refusal(502, 'Bad Gateway', '<html>')).toEqual({ status: 502, code: 'server_error', message: 'Bad Gateway' })
    expect(answerOf('chat', '<html>').failure?.code).toBe('upstream_invalid_response')
  })

  it('leave what is no event alone', () => {
    for (const data of ['', 'nonsense', '[]', 'null', '{"choices": 4}'])
      expect(withEvent('chat', NO_ANSWER, data)).toEqual(NO_ANSWER)
  })
})

describe('events', () => {
  it('are cut out of the bytes as they come, and keep what belongs to the next', () => {
    const first = cutEvents('event: a\ndata: {"x":1}\n\n: comment\r\n\r\ndata: ha')
    expect(first).toEqual({ events: ['event: a\ndata: {"x":1}', ': comment'], rest: 'data: ha' })
    expect(cutEvents(`${first.rest}lf\n\n`)).toEqual({ events: ['data: half'], rest: '' })
  })

  it('carry the lines of their data', () => {
    expect(dataOf('event: a\ndata: one\ndata:two')).toBe('one\ntwo')
    expect(dataOf(': comment')).toBe('')
  })
})
