/** Everything that waits for a word of this person, over all sessions, and how events of `user.{id}` change it. Pure. */
import type { StreamEvent } from '@/api/realtime/protocol'
import type { Permission, Question } from '@/api/types'
import { withAsked } from '../view'

/** What an agent waits with: a call it may not make by itself, or something it wants to know. */
export type Asked = Permission | Question

export function isQuestion(asked: Asked): asked is Question {
  return 'items' in asked
}

/** Where a card stands, for what leads to it. */
export function cardId({ id }: Asked): string {
  return `asked-${id}`
}

export function reduceWaiting(waiting: Asked[], { type, body }: StreamEvent): Asked[] {
  const asked = (body.permission ?? body.question) as Asked
  if (type === 'permission.asked' || type === 'question.asked') return withAsked(waiting, asked)
  if (type === 'permission.decided' || type === 'question.answered')
    return without(waiting, ({ id }) => id === asked.id)
  if (type === 'session.removed') return without(waiting, ({ session_id }) => session_id === body.id)
  return waiting
}

export function without(waiting: Asked[], isGone: (asked: Asked) => boolean): Asked[] {
  return waiting.some(isGone) ? waiting.filter((asked) => !isGone(asked)) : waiting
}
