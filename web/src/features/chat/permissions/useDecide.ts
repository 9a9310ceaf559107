import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { asApiError, isRecord } from '@/api/errors'
import type { Permission, PermissionDecision } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { decide, forget } from './queries'

/** Says a word; that somebody was quicker is no failure, only told. */
export function useDecide(permission: Permission) {
  const { t } = useTranslation('agents')
  const words = useErrorText()
  return useMutation({
    mutationFn: (wanted: Partial<PermissionDecision> & Pick<PermissionDecision, 'decision'>) =>
      decide(permission, { message: '', patterns: [], scope: 'session', ...wanted }),
    onError: (thrown) => {
      const { code, details } = asApiError(thrown)
      if (code !== 'already_decided' && code !== 'permission_not_found') {
        toast(words(thrown))
        return
      }
      forget(permission)
      const status = isRecord(details) ? details.status : null
      toast(t(`already.${isOutcome(status) ? status : 'gone'}`))
    },
  })
}

function isOutcome(status: unknown): status is 'allowed' | 'rejected' | 'expired' | 'cancelled' {
  return ['allowed', 'rejected', 'expired', 'cancelled'].includes(String(status))
}
