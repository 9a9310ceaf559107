/** OpenAI's responses, whole and in events. Pure. */
import { isObject, type Json } from '../json'
import { type Answer, count, type Fields, NO_ANSWER, object, objects, string, type Usage, withCall } from './reading'

export function withEvent(answer: Answer, event: Fields): Answer {
  const delta = string(event.delta)
  switch (event.type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return { ...answer, text: answer.text + delta }
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return { ...answer, thinking: answer.thinking + delta }
    case 'response.output_item.added':
      return begun(answer, count(event.output_index), object(event.item))
    case 'response.function_call_arguments.delta':
      return withCall(answer, count(event.output_index), { arguments: delta })
    case 'response.created':
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
      return withState(answer, object(event.response))
    default:
      return answer
  }
}

export function answerOf(body: Fields): Answer {
  const said = objects(body.output).reduce((answer, item, slot) => withItem(answer, item, slot), NO_ANSWER)
  return withState(said, body)
}

function begun(answer: Answer, slot: number, item: Fields): Answer {
  if (item.type !== 'function_call') return answer
  return withCall(answer, slot, { id: string(item.call_id), name: string(item.name) })
}

function withItem(answer: Answer, item: Fields, slot: number): Answer {
  if (item.type === 'function_call') {
    return withCall(begun(answer, slot, item), slot, { arguments: string(item.arguments) })
  }
  if (item.type === 'reasoning') {
    return { ...answer, thinking: answer.thinking + (words(item.content) || words(item.summary)) }
  }
  return item.type === 'message' ? { ...answer, text: answer.text + words(item.content) } : answer
}

function words(parts: Json | undefined): string {
  return objects(parts)
    .map((part) => string(part.text) || string(part.refusal))
    .join('')
}

function withState(answer: Answer, response: Fields): Answer {
  const { status, error, usage: used } = response
  const reason = string(object(response.incomplete_details).reason)
  const failure = isObject(error)
    ? { status: 200, code: string(error.code) || 'upstream_error', message: string(error.message) }
    : answer.failure
  return {
    ...answer,
    failure,
    finish: reason || (status === 'in_progress' ? null : string(status)) || answer.finish,
    model: string(response.model) || answer.model,
    usage: isObject(used) ? usage(used) : answer.usage,
  }
}

function usage(used: Fields): Usage {
  return {
    input: count(used.input_tokens),
    output: count(used.output_tokens),
    cached: count(object(used.input_tokens_details).cached_tokens),
    thinking: count(object(used.output_tokens_details).reasoning_tokens),
  }
}
