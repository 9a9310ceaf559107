import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { currencyQuery } from '@/api/currency'
import { useFormat } from '@/ui/format'
import { costKind } from './usage'

/** Puts a cost in words: what is not known is never shown as nothing. */
export function useCost() {
  const { t } = useTranslation('turns')
  const format = useFormat()
  const { data: currency } = useQuery(currencyQuery)
  return (used: { cost_nano: number | null; unpriced_calls: number | null }): string => {
    const kind = costKind(used)
    if (kind === 'unknown' || !currency) return t('cost.unknown')
    const cost = format.money(used.cost_nano ?? 0, currency)
    return kind === 'known' ? cost : t('cost.atLeast', { cost })
  }
}
