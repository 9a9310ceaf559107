/** Streams /v1/chat/completions straight from the browser, for conversations that nothing else stores. */
import { authorizedFetch } from './client'
import { ApiError, errorFrom, isRecord } from './errors'
import { sseLines } from './sse'

export interface ChatLine {
  role: 'user' | 'assistant'
  content: string
}

export interface CompletionDelta {
  text: string
  reasoning: string
}

/** Pieces of one answer as they come. Throws ApiError; ends silently when `signal` stops it. */
export async function* streamCompletion(
  model: string,
  messages: ChatLine[],
  signal: AbortSignal,
): AsyncGenerator<CompletionDelta> {
  const request = new Request('/v1/chat/completions', {
    method: 'POST',
    // Nothing of these conversations is kept anywhere, whatever an admin has configured.
    headers: { 'content-type': 'application/json', 'x-guildhall-no-log': 'body' },
    body: JSON.stringify({ model, messages, stream: true }),
    signal,
  })
  const response = await authorizedFetch(request)
  if (!response.ok || !response.body) throw errorFrom(response, await response.json().catch(() => null))
  let ended = false
  for await (const line of sseLines(response.body)) {
    if (line === '[DONE]') return
    const chunk: unknown = JSON.parse(line)
    const delta = readChunk(chunk, response)
    ended ||= delta.finished
    if (delta.text !== '' || delta.reasoning !== '') yield delta
  }
  if (!ended) throw new ApiError(0, 'upstream_disconnected', 'The answer broke off before it was complete.')
}

function readChunk(chunk: unknown, response: Response): CompletionDelta & { finished: boolean } {
  if (!isRecord(chunk)) return { text: '', reasoning: '', finished: false }
  if (isRecord(chunk.error)) throw errorFrom(response, chunk)
  const choice: unknown = Array.isArray(chunk.choices) ? chunk.choices[0] : null
  if (!isRecord(choice)) return { text: '', reasoning: '', finished: false }
  const delta = isRecord(choice.delta) ? choice.delta : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    text: text(delta.content),
    reasoning: text(delta.reasoning_content) || text(delta.reasoning),
    finished: typeof choice.finish_reason === 'string',
  }
}
