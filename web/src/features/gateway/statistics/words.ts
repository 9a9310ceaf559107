/** What rows of a breakdown are called. */
import { useTranslation } from 'react-i18next'
import type { BreakdownRow } from '@/api/types'
import type { Kind } from './filters'

/** The name, else the id of what is gone, else what having none means. */
export function useRowName(kind: Kind) {
  const { t } = useTranslation('statistics')
  return ({ id, name }: Pick<BreakdownRow, 'id' | 'name'>) => name ?? (id === '' ? t(`without.${kind}`) : id)
}
