import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Segments } from '@/ui/Segments'
import { Skeleton } from '@/ui/Skeleton'
import { useFilters } from '@/ui/useFilters'
import { CallCharts } from './CallCharts'
import { DashboardFigures } from './DashboardFigures'
import { dashboardQuery } from './queries'

const SPANS = ['1', '7', '30', '90'] as const
const USUAL = '7'

/** How the hall is doing: people, calls, cost, jobs, disk. */
export function DashboardPage() {
  const { t } = useTranslation('admin')
  const { filters, change } = useFilters('days')
  const span = SPANS.find((one) => one === filters.days) ?? USUAL
  const dashboard = useQuery(dashboardQuery(Number(span)))
  return (
    <Page
      wide
      title={t('dashboard.title')}
      text={t('dashboard.text')}
      actions={
        <Segments
          label={t('dashboard.span')}
          value={span}
          options={SPANS.map((days) => ({ value: days, label: t('dashboard.days', { count: Number(days) }) }))}
          onChange={(days) => change({ days: days === USUAL ? undefined : days })}
        />
      }
    >
      {dashboard.isPending && <Skeleton />}
      {dashboard.isError && <ErrorNotice error={dashboard.error} onRetry={() => void dashboard.refetch()} />}
      {dashboard.data && <DashboardFigures dashboard={dashboard.data} />}
      {dashboard.data && <CallCharts dashboard={dashboard.data} />}
    </Page>
  )
}
