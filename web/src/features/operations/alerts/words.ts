/** What metrics and shipped rules are called, and their values as people read them. */
import { useTranslation } from 'react-i18next'
import type { AlertRule } from '@/api/types'
import { useFormat } from '@/ui/format'
import { useKnownText } from '@/ui/useKnownText'
import type { Unit } from './rule'

const PERCENT = 100

export function useAlertWords() {
  const { t } = useTranslation('admin')
  const text = useKnownText()
  const format = useFormat()
  const value = (amount: number, unit: Unit): string => {
    if (unit === 'percent') return format.percent(amount / PERCENT)
    if (unit === 'seconds') return format.span(amount)
    return unit === 'bytes' ? format.bytes(amount) : format.count(amount)
  }
  return {
    value,
    metric: (name: string, title: string) => text(`admin:alerts.metrics.${name.replace('.', '_')}`, title),
    metricText: (name: string, description: string) =>
      text(`admin:alerts.metricTexts.${name.replace('.', '_')}`, description),
    /** Rules that came with the product have a translation until somebody renames them. */
    rule: (name: string) => text(`admin:alerts.shipped.${name.toLowerCase().replaceAll(' ', '_')}`, name),
    condition: (rule: Pick<AlertRule, 'comparison' | 'threshold' | 'for_seconds'>, unit: Unit) => {
      const limit = t(`alerts.${rule.comparison}`, { value: value(rule.threshold, unit) })
      return rule.for_seconds === 0 ? limit : t('alerts.conditionFor', { limit, span: format.span(rule.for_seconds) })
    },
  }
}
