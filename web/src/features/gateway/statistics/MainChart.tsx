import { useTranslation } from 'react-i18next'
import type { Statistics } from '@/api/types'
import { Chart } from '@/ui/Chart'
import type { ChartWanted } from '@/ui/chart/option'
import { useFormat } from '@/ui/format'
import { Section } from '@/ui/Section'
import { Choice } from './Choice'
import type { View } from './filters'
import { labelsOf, outcomesOf } from './points'

interface MainChartProps {
  statistics: Statistics
  view: View
  views: View[]
  onView: (view: View) => void
}

/** One figure over time, and which. */
export function MainChart({ statistics, view, views, onView }: MainChartProps) {
  const { t } = useTranslation('statistics')
  const wanted = useWanted(statistics, view)
  return (
    <Section
      title={t(`views.${view}`)}
      text={t(`viewTexts.${view}`)}
      actions={
        <Choice
          label={t('chart')}
          value={view}
          options={views.map((one) => ({ value: one, label: t(`views.${one}`) }))}
          onChange={onView}
        />
      }
    >
      <Chart label={t('overTime', { view: t(`views.${view}`) })} {...wanted} />
    </Section>
  )
}

function useWanted(statistics: Statistics, view: View): ChartWanted {
  const { t, i18n } = useTranslation('statistics')
  const format = useFormat()
  const { series, currency } = statistics
  const labels = labelsOf(statistics, i18n.language)
  const { answered, failed, refused } = outcomesOf(series)
  const bad = [
    { name: t('failed'), values: failed, colour: 'bad' as const },
    { name: t('refused'), values: refused, colour: 'quiet' as const },
  ]
  switch (view) {
    case 'tokens':
      return {
        kind: 'bar',
        labels,
        series: [
          { name: t('input'), values: series.map((one) => one.input_tokens) },
          { name: t('output'), values: series.map((one) => one.output_tokens) },
        ],
        format: format.count,
      }
    case 'cost':
      return {
        kind: 'bar',
        labels,
        series: [{ name: t('cost'), values: series.map((one) => one.cost_nano) }],
        format: (nano) => format.money(nano, currency),
      }
    case 'errors':
      return { kind: 'bar', labels, series: bad, format: format.count }
    case 'duration':
    case 'firstToken':
      return { kind: 'line', labels, series: timesOf(statistics, view, t), format: format.span }
    default:
      return { kind: 'bar', labels, series: [{ name: t('answered'), values: answered }, ...bad], format: format.count }
  }
}

type Words = ReturnType<typeof useTranslation<'statistics'>>['t']

/** Three percentiles, or the mean where they are not counted. */
function timesOf({ series, totals }: Statistics, view: 'duration' | 'firstToken', t: Words) {
  const name = view === 'duration' ? 'duration' : 'first_token'
  if (totals[name] === null) return [{ name: t('mean'), values: series.map((one) => one.mean_seconds) }]
  return (['p50', 'p95', 'p99'] as const).map((point) => ({
    name: t(`points.${point}`),
    values: series.map((one) => one[name]?.[point] ?? null),
  }))
}
