import { useTranslation } from 'react-i18next'
import { asApiError, isRecord } from '@/api/errors'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { forget } from './queries'
import type { Asked } from './waiting'

const OUTCOMES = ['allowed', 'rejected', 'answered', 'skipped', 'expired', 'cancelled'] as const
const TOO_LATE = ['already_decided', 'permission_not_found', 'question_not_found']

/** Why a word was not taken; that somebody was quicker is no failure, only told. */
export function useTooLate(asked: Asked): (thrown: unknown) => void {
  const { t } = useTranslation('agents')
  const words = useErrorText()
  return (thrown) => {
    const { code, details } = asApiError(thrown)
    if (!TOO_LATE.includes(String(code))) {
      toast(words(thrown))
      return
    }
    forget(asked)
    const status = isRecord(details) ? details.status : null
    toast(t(`already.${OUTCOMES.find((outcome) => outcome === status) ?? 'gone'}`))
  }
}
