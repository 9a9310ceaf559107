import { expect, it } from 'vitest'
import type { PermissionRule } from '@/api/types'
import { inOrder, reachOf } from './order'

function rule(id: string, change: Partial<PermissionRule> = {}): PermissionRule {
  const base = { id, tool: 'bash', pattern: 'ls *', action: 'allow' as const, created_at: '2026-01-01T00:00:00Z' }
  return { ...base, workspace_id: null, session_id: null, ...change }
}

it('goes from everywhere over a workspace to one chat, older rules first', () => {
  const rules = [
    rule('ru_1', { session_id: 'se_1' }),
    rule('ru_4'),
    rule('ru_2', { workspace_id: 'ws_1' }),
    rule('ru_3'),
  ]
  expect(inOrder(rules).map(({ id }) => id)).toEqual(['ru_3', 'ru_4', 'ru_2', 'ru_1'])
  expect(rules.map(reachOf)).toEqual(['session', 'everywhere', 'workspace', 'everywhere'])
})
