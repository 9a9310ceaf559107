import { useTranslation } from 'react-i18next'
import type { Dashboard } from '@/api/types'
import { Chart } from '@/ui/Chart'
import { useFormat } from '@/ui/format'
import { Section } from '@/ui/Section'
import styles from './CallCharts.module.css'
import { labelOf, outcomes } from './points'

/** Calls, tokens and waiting over time. */
export function CallCharts({ dashboard: { series, step_seconds, calls, cost } }: { dashboard: Dashboard }) {
  const { t, i18n } = useTranslation('admin')
  const format = useFormat()
  const labels = series.map(({ at }) => labelOf(at, step_seconds, i18n.language))
  const { answered, failed, refused } = outcomes(series)
  if (calls.total === 0) {
    return (
      <Section title={t('dashboard.callsChart')}>
        <p className={styles.none}>{t('dashboard.noCalls')}</p>
      </Section>
    )
  }
  return (
    <div className={styles.charts}>
      <Section title={t('dashboard.callsChart')}>
        <Chart
          kind="bar"
          label={t('dashboard.callsChart')}
          labels={labels}
          series={[
            { name: t('dashboard.answered'), values: answered },
            { name: t('dashboard.failed'), values: failed, colour: 'bad' },
            { name: t('dashboard.refused'), values: refused, colour: 'quiet' },
          ]}
          format={format.count}
        />
      </Section>
      <Section title={t('dashboard.tokensChart')}>
        <Chart
          kind="bar"
          label={t('dashboard.tokensChart')}
          labels={labels}
          series={[
            { name: t('dashboard.input'), values: series.map((point) => point.input_tokens) },
            { name: t('dashboard.output'), values: series.map((point) => point.output_tokens) },
          ]}
          format={format.count}
        />
      </Section>
      {cost !== null && cost.nano > 0 && (
        <Section title={t('dashboard.costChart')}>
          <Chart
            kind="bar"
            label={t('dashboard.costChart')}
            labels={labels}
            series={[{ name: t('dashboard.cost'), values: series.map((point) => point.cost_nano) }]}
            format={(nano) => format.money(nano, cost.currency)}
          />
        </Section>
      )}
      <Section title={t('dashboard.meanChart')}>
        <Chart
          kind="line"
          label={t('dashboard.meanChart')}
          labels={labels}
          series={[{ name: t('dashboard.mean'), values: series.map((point) => point.mean_seconds) }]}
          format={format.span}
        />
      </Section>
    </div>
  )
}
