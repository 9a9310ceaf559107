import { ClockCircleOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { JobCounts } from '@/api/types'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Figure, Figures } from '@/ui/Figure'
import { Filters, SelectFilter } from '@/ui/Filters'
import { useFormat } from '@/ui/format'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { useFilters } from '@/ui/useFilters'
import { FILTERS, STATES, UNSETTLED } from './filters'
import { JobTable } from './JobTable'
import { JobTabs } from './JobTabs'
import { countsQuery, jobsQuery } from './queries'
import { useJobName } from './words'

/** Long work: what waits, runs, rests and has failed. */
export function JobsPage() {
  const { t } = useTranslation('admin')
  const { filters, change, clear } = useFilters(...FILTERS)
  const counts = useQuery(countsQuery)
  const list = useInfiniteQuery(jobsQuery(filters))
  const jobs = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page wide title={t('jobs.title')} text={t('jobs.text')}>
      <JobTabs />
      {counts.data && <Counts counts={counts.data} />}
      <JobFilterBar counts={counts.data} filters={filters} onChange={change} onClear={clear} />
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && jobs.length === 0 && (
        <EmptyState
          icon={<ClockCircleOutlined aria-hidden="true" />}
          title={t(clear ? 'jobs.noneTitle' : 'jobs.emptyTitle')}
          text={t(clear ? 'jobs.noneText' : 'jobs.emptyText')}
        />
      )}
      {jobs.length > 0 && <JobTable jobs={jobs} />}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Page>
  )
}

function Counts({ counts }: { counts: JobCounts }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const oldest = counts.queued > 0 ? t('jobs.oldest', { span: format.span(counts.oldest_seconds) }) : null
  return (
    <Figures>
      <Figure label={t('jobs.states.queued')} value={format.count(counts.queued)} note={oldest} />
      <Figure label={t('jobs.states.running')} value={format.count(counts.running)} />
      <Figure label={t('jobs.states.waiting')} value={format.count(counts.waiting)} />
      <Figure
        label={t('jobs.unsettled')}
        value={format.count(counts.failed)}
        tone={counts.failed > 0 ? 'bad' : 'plain'}
        note={
          counts.failed > 0 && (
            <Link to="/admin/jobs" search={{ state: UNSETTLED }}>
              {t('jobs.seeThem')}
            </Link>
          )
        }
      />
    </Figures>
  )
}

type Chosen = ReturnType<typeof useFilters<(typeof FILTERS)[number]>>

interface JobFilterBarProps {
  counts: JobCounts | undefined
  filters: Chosen['filters']
  onChange: Chosen['change']
  onClear: Chosen['clear']
}

function JobFilterBar({ counts, filters, onChange, onClear }: JobFilterBarProps) {
  const { t } = useTranslation('admin')
  const jobName = useJobName()
  const states = STATES.map((state) => ({ value: state as string, label: t(`jobs.states.${state}`) }))
  return (
    <Filters onClear={onClear}>
      <SelectFilter
        label={t('jobs.state')}
        value={filters.state}
        options={[{ value: UNSETTLED, label: t('jobs.unsettled') }, ...states]}
        onChange={(state) => onChange({ state })}
      />
      <SelectFilter
        label={t('jobs.kind')}
        value={filters.name}
        options={withChosen(counts?.names ?? [], filters.name).map((name) => ({ value: name, label: jobName(name) }))}
        onChange={(name) => onChange({ name })}
      />
      <SelectFilter
        label={t('jobs.queue')}
        value={filters.queue}
        options={withChosen(counts?.queues.map(({ name }) => name) ?? [], filters.queue).map((name) => ({
          value: name,
          label: name,
        }))}
        onChange={(queue) => onChange({ queue })}
      />
    </Filters>
  )
}

/** What the address names stays choosable, also before the list is there. */
function withChosen(names: string[], chosen: string | undefined): string[] {
  return chosen && !names.includes(chosen) ? [...names, chosen] : names
}
