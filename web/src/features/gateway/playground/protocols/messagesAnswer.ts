/** Anthropic's messages, whole and in events. Pure. */
import { isObject } from '../json'
import { type Answer, count, type Fields, NO_ANSWER, object, objects, string, type Usage, withCall } from './reading'

export function withEvent(answer: Answer, event: Fields): Answer {
  const slot = count(event.index)
  switch (event.type) {
    case 'message_start': {
      const message = object(event.message)
      return { ...answer, model: string(message.model) || answer.model, usage: usage(answer.usage, message) }
    }
    case 'content_block_start': {
      const block = object(event.content_block)
      return block.type === 'tool_use'
        ? withCall(answer, slot, { id: string(block.id), name: string(block.name) })
        : answer
    }
    case 'content_block_delta':
      return withDelta(answer, slot, object(event.delta))
    case 'message_delta': {
      const reason = string(object(event.delta).stop_reason)
      return { ...answer, finish: reason || answer.finish, usage: usage(answer.usage, event) }
    }
    default:
      return answer
  }
}

export function answerOf(body: Fields): Answer {
  const said = objects(body.content).reduce((answer, block, slot) => withBlock(answer, block, slot), NO_ANSWER)
  return { ...said, finish: string(body.stop_reason) || null, model: string(body.model), usage: usage(null, body) }
}

function withDelta(answer: Answer, slot: number, delta: Fields): Answer {
  if (delta.type === 'input_json_delta') return withCall(answer, slot, { arguments: string(delta.partial_json) })
  return {
    ...answer,
    text: answer.text + (delta.type === 'text_delta' ? string(delta.text) : ''),
    thinking: answer.thinking + (delta.type === 'thinking_delta' ? string(delta.thinking) : ''),
  }
}

function withBlock(answer: Answer, block: Fields, slot: number): Answer {
  if (block.type === 'tool_use') {
    const written = JSON.stringify(block.input ?? {})
    return withCall(answer, slot, { id: string(block.id), name: string(block.name), arguments: written })
  }
  return { ...answer, text: answer.text + string(block.text), thinking: answer.thinking + string(block.thinking) }
}

/** Anthropic tells the input first and the output last, and what was cached beside the input, not in it. */
function usage(before: Usage | null, { usage: used }: Fields): Usage | null {
  if (!isObject(used)) return before
  const cached = count(used.cache_read_input_tokens)
  const input = count(used.input_tokens) + cached + count(used.cache_creation_input_tokens)
  return {
    input: input || (before?.input ?? 0),
    output: count(used.output_tokens) || (before?.output ?? 0),
    cached: cached || (before?.cached ?? 0),
    thinking: count(object(used.output_tokens_details).thinking_tokens) || (before?.thinking ?? 0),
  }
}
