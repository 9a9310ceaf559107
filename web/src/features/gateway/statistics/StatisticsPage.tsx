import { BarChartOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Statistics } from '@/api/types'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { DayFilter, Filters } from '@/ui/Filters'
import { LinkButton } from '@/ui/LinkButton'
import { Page } from '@/ui/Page'
import { Segments } from '@/ui/Segments'
import { Skeleton } from '@/ui/Skeleton'
import { useFilters } from '@/ui/useFilters'
import { BreakdownSection } from './BreakdownSection'
import {
  FILTERS,
  KINDS,
  lastWeek,
  NARROW,
  NARROWED_BY,
  RANGES,
  type Range,
  rangeOf,
  SORTS,
  type StatisticsFilters,
  VIEWS,
  wantedOf,
} from './filters'
import { MainChart } from './MainChart'
import { Narrowed } from './Narrowed'
import { statisticsQuery } from './queries'
import styles from './Statistics.module.css'
import { Tiles } from './Tiles'

/** What was called, by whom, with what and for how much. */
export function StatisticsPage({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation('statistics')
  const { filters, change } = useFilters(...FILTERS)
  const range = rangeOf(filters.range)
  const wanted = wantedOf(filters)
  const statistics = useQuery(statisticsQuery(wanted))
  const setRange = (chosen: Range) =>
    change({
      range: chosen === '7' ? undefined : chosen,
      ...(chosen === 'custom' ? lastWeek(new Date()) : { since: undefined, until: undefined }),
    })
  const isNarrow = NARROW.some((name) => filters[name] !== undefined)
  const found = statistics.data
  return (
    <Page
      wide
      title={t('title')}
      text={t(isAdmin ? 'text' : 'ownText')}
      actions={
        <Segments
          label={t('range')}
          value={range}
          options={RANGES.map((one) => ({ value: one, label: t(`ranges.${one}`) }))}
          onChange={setRange}
        />
      }
    >
      {range === 'custom' && (
        <Filters>
          <DayFilter label={t('since')} value={filters.since} onChange={(since) => change({ since })} />
          <DayFilter label={t('until')} value={filters.until} onChange={(until) => change({ until })} />
        </Filters>
      )}
      <Narrowed wanted={wanted} onWiden={(name) => change({ [name]: undefined })} />
      {statistics.isPending && <Skeleton />}
      {statistics.isError && <ErrorNotice error={statistics.error} onRetry={() => void statistics.refetch()} />}
      {found && !statistics.isError && isEmpty(found) && !isNarrow && <Nothing isAdmin={isAdmin} />}
      {found && !statistics.isError && (!isEmpty(found) || isNarrow) && (
        <Found statistics={found} filters={filters} change={change} isAdmin={isAdmin} />
      )}
    </Page>
  )
}

interface FoundProps {
  statistics: Statistics
  filters: StatisticsFilters
  change: (part: StatisticsFilters) => void
  isAdmin: boolean
}

function Found({ statistics, filters, change, isAdmin }: FoundProps) {
  // Percentiles are counted for models and channels, not for people and keys.
  const isTimed = isAdmin && filters.user === undefined && filters.key === undefined
  const views = VIEWS.filter((view) => isTimed || view !== 'firstToken')
  const kinds = KINDS.filter((kind) => isAdmin || (kind !== 'channels' && kind !== 'users'))
  return (
    <div className={styles.found}>
      <Tiles statistics={statistics} isAdmin={isAdmin} />
      <MainChart
        statistics={statistics}
        view={views.find((view) => view === filters.view) ?? 'calls'}
        views={views}
        onView={(view) => change({ view: view === 'calls' ? undefined : view })}
      />
      <BreakdownSection
        wanted={wantedOf(filters)}
        kind={kinds.find((kind) => kind === filters.by) ?? 'models'}
        kinds={kinds}
        sort={SORTS.find((sort) => sort === filters.sort) ?? 'calls'}
        onKind={(kind) => change({ by: kind === 'models' ? undefined : kind })}
        onSort={(sort) => change({ sort: sort === 'calls' ? undefined : sort })}
        onPick={(kind, id) => change({ [NARROWED_BY[kind]]: id })}
      />
    </div>
  )
}

function isEmpty({ totals, before }: Statistics): boolean {
  return totals.calls === 0 && before.calls === 0
}

function Nothing({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation('statistics')
  return (
    <EmptyState
      icon={<BarChartOutlined aria-hidden="true" />}
      title={t('emptyTitle')}
      text={t(isAdmin ? 'emptyText' : 'ownEmptyText')}
    >
      <LinkButton to="/chat" primary>
        {t('startChat')}
      </LinkButton>
      <LinkButton to="/settings/keys">{t('createKey')}</LinkButton>
    </EmptyState>
  )
}
