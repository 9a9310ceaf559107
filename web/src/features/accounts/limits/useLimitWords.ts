import { useTranslation } from 'react-i18next'
import type { Limits } from '@/api/types'
import { useFormat } from '@/ui/format'
import { RATES } from './limits'

/** The pace that limits allow, in a few words each. */
export function useLimitWords(): (limits: Limits) => string[] {
  const { t } = useTranslation('limits')
  const format = useFormat()
  return (limits) =>
    RATES.flatMap((name) => {
      const value = limits[name]
      return value === null ? [] : [t(`short.${name}`, { value: format.count(value) })]
    })
}
