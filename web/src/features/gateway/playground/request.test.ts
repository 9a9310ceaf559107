import { describe, expect, it } from 'vitest'
import { continued, type Draft, newDraft, newLine, PROTOCOLS, type Settings } from './draft'
import { EXAMPLES } from './examples'
import { requestOf } from './request'

const call = { slot: 0, id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' }
const picture = 'data:image/png;base64,AAAA'
const lines = [
  newLine('user', { text: 'Look', pictures: [picture] }),
  newLine('assistant', { calls: [call] }),
  newLine('tool', { callId: 'c1', text: 'Rain' }),
  newLine('user', { text: 'And now?' }),
  newLine('assistant'),
]

function body(part: Partial<Draft>, settings: Partial<Settings> = {}) {
  const draft = newDraft()
  return requestOf({ ...draft, ...part, settings: { ...draft.settings, ...settings } }, 'm').body
}

describe('what is not said is left out', () => {
  const said = { lines: [newLine('user', { text: 'Hi' })], streamed: false }
  const message = { role: 'user', content: 'Hi' }

  it('of every protocol', () => {
    expect(body({ ...said, protocol: 'chat' })).toEqual({ model: 'm', messages: [message] })
    expect(body({ ...said, protocol: 'responses' })).toEqual({ model: 'm', input: [message] })
    expect(body({ ...said, protocol: 'messages' })).toEqual({ model: 'm', max_tokens: 1024, messages: [message] })
  })

  it('and what a protocol has no word for', () => {
    const all = { seed: '7', stop: 'END', presence_penalty: '1', effort: 'minimal', format: 'json' } as const
    expect(body({ ...said, protocol: 'messages' }, all)).toEqual({
      model: 'm',
      max_tokens: 1024,
      messages: [message],
      stop_sequences: ['END'],
    })
    expect(body({ ...said, protocol: 'chat' }, all)).toMatchObject({
      seed: 7,
      stop: ['END'],
      presence_penalty: 1,
      reasoning_effort: 'minimal',
      response_format: { type: 'json_object' },
    })
  })
})

describe('a conversation with pictures and tools', () => {
  it('as a chat completion', () => {
    expect(body({ lines, system: 'Be brief.' })).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: picture } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: call.arguments } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'Rain' },
        { role: 'user', content: 'And now?' },
      ],
      stream: true,
      stream_options: { include_usage: true },
    })
  })

  it('as a response', () => {
    expect(body({ lines, system: 'Be brief.', protocol: 'responses' })).toEqual({
      model: 'm',
      instructions: 'Be brief.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: picture },
          ],
        },
        { type: 'function_call', call_id: 'c1', name: 'weather', arguments: call.arguments },
        { type: 'function_call_output', call_id: 'c1', output: 'Rain' },
        { role: 'user', content: 'And now?' },
      ],
      stream: true,
    })
  })

  it('as messages, where results and the next question are one turn', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
    expect(body({ lines, system: 'Be brief.', protocol: 'messages' })).toEqual({
      model: 'm',
      max_tokens: 1024,
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'text', text: 'Look' },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Oslo' } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', content: 'Rain' },
            { type: 'text', text: 'And now?' },
          ],
        },
      ],
      stream: true,
    })
  })
})

it('tools in any form are written as the protocol wants them', () => {
  for (const protocol of PROTOCOLS) {
    for (const written of PROTOCOLS) {
      const offered = body({ protocol }, { tools: EXAMPLES[written] }).tools
      expect(offered).toEqual(JSON.parse(EXAMPLES[protocol]))
    }
    expect(body({ protocol }, { tools: '[{"type": "web_search"}]' }).tools).toEqual([{ type: 'web_search' }])
  }
})

it('more fields join the body, over what is there', () => {
  expect(body({ streamed: false }, { temperature: '1', extra: '{"temperature": 0, "top_k": 4}' })).toMatchObject({
    temperature: 0,
    top_k: 4,
  })
})

it('a conversation goes on with an answer, and with results where tools are wanted', () => {
  const [first] = lines
  const start = first ? [first, newLine('user')] : []
  expect(continued(start, 'Fine', []).map(({ role, text }) => [role, text])).toEqual([
    ['user', 'Look'],
    ['assistant', 'Fine'],
    ['user', ''],
  ])
  expect(continued(start, '', [call]).map(({ role, callId }) => [role, callId])).toEqual([
    ['user', ''],
    ['assistant', ''],
    ['tool', 'c1'],
  ])
})
