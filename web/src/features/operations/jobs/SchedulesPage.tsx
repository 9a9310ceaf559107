import { CalendarOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schedule } from '@/api/types'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { JobTabs } from './JobTabs'
import { schedulesQuery } from './queries'
import { ScheduleDialog } from './ScheduleDialog'
import { ScheduleTable } from './ScheduleTable'

/** What runs by the clock. */
export function SchedulesPage() {
  const { t } = useTranslation('admin')
  const schedules = useQuery(schedulesQuery)
  const [editing, setEditing] = useState<Schedule | null>(null)
  return (
    <Page wide title={t('jobs.schedules')} text={t('jobs.schedulesText')}>
      <JobTabs />
      {schedules.isPending && <Skeleton />}
      {schedules.isError && <ErrorNotice error={schedules.error} onRetry={() => void schedules.refetch()} />}
      {schedules.data?.length === 0 && (
        <EmptyState
          icon={<CalendarOutlined aria-hidden="true" />}
          title={t('jobs.noSchedulesTitle')}
          text={t('jobs.noSchedulesText')}
        />
      )}
      {schedules.data && schedules.data.length > 0 && <ScheduleTable schedules={schedules.data} onEdit={setEditing} />}
      {editing && <ScheduleDialog schedule={editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}
