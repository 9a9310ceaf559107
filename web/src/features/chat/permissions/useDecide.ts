import { useMutation } from '@tanstack/react-query'
import type { Permission, PermissionDecision } from '@/api/types'
import { decide } from './queries'
import { useTooLate } from './useTooLate'

/** Says a word. */
export function useDecide(permission: Permission) {
  return useMutation({
    mutationFn: (wanted: Partial<PermissionDecision> & Pick<PermissionDecision, 'decision'>) =>
      decide(permission, { message: '', patterns: [], scope: 'session', ...wanted }),
    onError: useTooLate(permission),
  })
}
