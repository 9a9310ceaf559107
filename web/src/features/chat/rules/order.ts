/** The order in which rules count. Pure. */
import type { PermissionRule } from '@/api/types'

export type Reach = 'everywhere' | 'workspace' | 'session'

const REACHES: Reach[] = ['everywhere', 'workspace', 'session']

export function reachOf({ session_id, workspace_id }: PermissionRule): Reach {
  if (session_id) return 'session'
  return workspace_id ? 'workspace' : 'everywhere'
}

/** As the server goes through them: what holds everywhere, in a workspace, in a chat; older first. The last match counts. */
export function inOrder(rules: PermissionRule[]): PermissionRule[] {
  return rules.toSorted(
    (one, other) => REACHES.indexOf(reachOf(one)) - REACHES.indexOf(reachOf(other)) || (one.id < other.id ? -1 : 1),
  )
}
