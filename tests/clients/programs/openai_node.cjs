// OpenAI's SDK for Node.js. Packages are found through NODE_PATH.
const readline = require('node:readline')
const { default: OpenAI } = require('openai')
const { VERSION } = require('openai/version')

const CITY = {
  type: 'object',
  properties: { city: { type: 'string' }, degrees: { type: 'integer' } },
  required: ['city', 'degrees'],
  additionalProperties: false,
}
const TOOL = { type: 'function', function: { name: 'weather', parameters: CITY } }
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The client as its users make it; the SDK takes milliseconds. */
function client(task) {
  const options = { apiKey: task.key, timeout: task.timeout * 1000, maxRetries: 0 }
  return new OpenAI({ baseURL: `${process.env.HALL_URL}/v1`, ...options })
}

/** One question. */
function ask(task, more = {}) {
  return client(task).chat.completions.create({
    model: task.model,
    messages: [{ role: 'user', content: task.text }],
    ...more,
  })
}

async function all(items) {
  const found = []
  for await (const item of items) found.push(item)
  return found
}

/** Calls of tools, whose results go back. */
async function after(task, message) {
  const results = message.tool_calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: 'sunny' }))
  const told = { role: 'assistant', content: message.content, tool_calls: message.tool_calls }
  const messages = [{ role: 'user', content: task.text }, told, ...results]
  const answer = await ask(task, { messages, tools: [TOOL] })
  const calls = message.tool_calls.map((call) => [call.id, call.function.name, call.function.arguments])
  return { calls, after: answer.choices[0].message.content }
}

const does = {
  async models(task) {
    return (await all(client(task).models.list())).map((model) => model.id)
  },
  async whole(task) {
    const answer = await ask(task)
    const { prompt_tokens: input, completion_tokens: output } = answer.usage
    return { text: answer.choices[0].message.content, input, output }
  },
  async stream(task) {
    const chunks = await all(await ask(task, { stream: true, stream_options: { include_usage: true } }))
    const pieces = chunks.map((chunk) => chunk.choices[0]?.delta.content).filter(Boolean)
    const used = chunks.at(-1).usage
    return { text: pieces.join(''), pieces: pieces.length, input: used?.prompt_tokens, output: used?.completion_tokens }
  },
  async tools(task) {
    return after(task, (await ask(task, { tools: [TOOL] })).choices[0].message)
  },
  async tools_streamed(task) {
    const messages = [{ role: 'user', content: task.text }]
    const stream = client(task).chat.completions.stream({ model: task.model, messages, tools: [TOOL] })
    return after(task, (await stream.finalChatCompletion()).choices[0].message)
  },
  async structured(task) {
    const wanted = { type: 'json_schema', json_schema: { name: 'weather', schema: CITY, strict: true } }
    return { text: (await ask(task, { response_format: wanted })).choices[0].message.content }
  },
  async thinking(task) {
    const deltas = (await all(await ask(task, { reasoning_effort: 'low', stream: true }))).map((c) => c.choices[0].delta)
    const thoughts = deltas.map((delta) => delta.reasoning_content ?? '')
    return { thinking: thoughts.join(''), text: deltas.map((delta) => delta.content ?? '').join('') }
  },
  async image(task) {
    const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } }
    const messages = [{ role: 'user', content: [{ type: 'text', text: task.text }, picture] }]
    return { text: (await ask(task, { messages })).choices[0].message.content }
  },
  async cancel(task) {
    const stream = await ask(task, { stream: true })
    for await (const chunk of stream) {
      const text = chunk.choices[0].delta.content
      if (text) {
        stream.controller.abort()
        return { text }
      }
    }
  },
  async embeddings(task) {
    const answer = await client(task).embeddings.create({ model: task.model, input: [task.text, 'other words'] })
    return { vectors: answer.data.map((entry) => entry.embedding.length) }
  },
  async responses(task) {
    const asked = { model: task.model, input: task.text }
    const answer = await client(task).responses.create(asked)
    const events = await all(await client(task).responses.create({ ...asked, stream: true }))
    const deltas = events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta)
    return { text: answer.output_text, streamed: deltas.join(''), output: answer.usage.output_tokens }
  },
}

const tell = (told) => process.stdout.write(`${JSON.stringify(told)}\n`)

async function main() {
  tell({ version: VERSION })
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const task = JSON.parse(line)
    try {
      tell({ gave: await does[task.do](task) })
    } catch (error) {
      tell({ raised: error.constructor.name, status: error.status ?? null, message: error.message })
    }
  }
}

main()
