/** Chat completions, whole and in chunks. Pure. */
import { isObject, type Json } from '../json'
import { type Answer, count, type Fields, NO_ANSWER, object, objects, string, type Usage, withCall } from './reading'

export function withEvent(answer: Answer, chunk: Fields): Answer {
  const choice = objects(chunk.choices)[0] ?? {}
  return withChoice(answer, chunk, object(choice.delta), string(choice.finish_reason))
}

export function answerOf(body: Fields): Answer {
  const choice = objects(body.choices)[0] ?? {}
  return withChoice(NO_ANSWER, body, object(choice.message), string(choice.finish_reason))
}

/** A message and a piece of one have the same fields. */
function withChoice(answer: Answer, body: Fields, piece: Fields, finish: string): Answer {
  const grown = {
    ...answer,
    text: answer.text + words(piece.content) + string(piece.refusal),
    thinking: answer.thinking + (string(piece.reasoning_content) || string(piece.reasoning)),
    finish: finish || answer.finish,
    model: string(body.model) || answer.model,
    usage: isObject(body.usage) ? usage(body.usage) : answer.usage,
  }
  return objects(piece.tool_calls).reduce((all, call, place) => {
    const { name, arguments: written } = object(call.function)
    const slot = typeof call.index === 'number' ? call.index : place
    return withCall(all, slot, { id: string(call.id), name: string(name), arguments: string(written) })
  }, grown)
}

/** Some providers answer in parts. */
function words(content: Json | undefined): string {
  return typeof content === 'string'
    ? content
    : objects(content)
        .map((part) => string(part.text))
        .join('')
}

function usage(used: Fields): Usage {
  return {
    input: count(used.prompt_tokens),
    output: count(used.completion_tokens),
    cached: count(object(used.prompt_tokens_details).cached_tokens),
    thinking: count(object(used.completion_tokens_details).reasoning_tokens),
  }
}
