/** Everything that waits for a word of this person, over all sessions, and how events of `user.{id}` change it. Pure. */
import type { StreamEvent } from '@/api/realtime/protocol'
import type { Permission } from '@/api/types'
import { withPermission } from '../view'

export function reduceWaiting(waiting: Permission[], { type, body }: StreamEvent): Permission[] {
  if (type === 'permission.asked') return withPermission(waiting, body.permission as Permission)
  if (type === 'permission.decided') return without(waiting, ({ id }) => id === (body.permission as Permission).id)
  if (type === 'session.removed') return without(waiting, (permission) => permission.session_id === body.id)
  return waiting
}

export function without(waiting: Permission[], isGone: (permission: Permission) => boolean): Permission[] {
  return waiting.some(isGone) ? waiting.filter((permission) => !isGone(permission)) : waiting
}
