import { useTranslation } from 'react-i18next'
import { Tabs } from '@/ui/Tabs'

/** Jobs, and what starts them by the clock. */
export function JobTabs() {
  const { t } = useTranslation('admin')
  return (
    <Tabs
      label={t('jobs.title')}
      tabs={[
        { to: '/admin/jobs', label: t('jobs.title') },
        { to: '/admin/jobs/schedules', label: t('jobs.schedules') },
      ]}
    />
  )
}
