/** An answer as it grows, whatever protocol it comes in. Pure. */
import type { Protocol } from './draft'
import { isObject, type Json } from './json'
import * as chat from './protocols/chatAnswer'
import * as messages from './protocols/messagesAnswer'
import { type Answer, type Failure, NO_ANSWER } from './protocols/reading'
import * as responses from './protocols/responsesAnswer'

export { type Answer, type Failure, NO_ANSWER } from './protocols/reading'

const READERS = { chat, responses, messages }

/** The answer with one more event of its stream; what is no event of the protocol changes nothing. */
export function withEvent(protocol: Protocol, answer: Answer, data: string): Answer {
  const event = parsed(data)
  if (!isObject(event)) return answer
  const failure = failureIn(event, 200)
  return failure ? { ...answer, failure } : READERS[protocol].withEvent(answer, event)
}

/** A whole answer. */
export function answerOf(protocol: Protocol, text: string): Answer {
  const body = parsed(text)
  return isObject(body)
    ? READERS[protocol].answerOf(body)
    : { ...NO_ANSWER, failure: { status: 200, code: 'upstream_invalid_response', message: '' } }
}

/** What a refused call says, in OpenAI's shape or Anthropic's; anything else came from something in between. */
export function refusal(status: number, statusText: string, text: string): Failure {
  const body = parsed(text)
  const failure = isObject(body) ? failureIn(body, status) : null
  return failure ?? { status, code: status >= 500 ? 'server_error' : 'unexpected_answer', message: statusText }
}

function failureIn(body: Record<string, Json>, status: number): Failure | null {
  const { error } = body
  // OpenAI's Responses API sends its errors flat.
  const told = isObject(error) ? error : body.type === 'error' ? body : null
  if (!told) return null
  const code = [told.code, told.type].find((name) => typeof name === 'string' && name !== '')
  return { status, code: String(code ?? 'unexpected'), message: string(told.message) }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return null
  }
}

function string(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** Something of the answer itself has come. */
export function hasBegun({ text, thinking, calls }: Answer): boolean {
  return text !== '' || thinking !== '' || calls.length > 0
}
