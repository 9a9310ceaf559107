import { useTranslation } from 'react-i18next'
import { Tabs } from '@/ui/Tabs'
import { useAlertStream } from './useAlertStream'

/** What fires, the rules behind it, and who is told. */
export function AlertTabs() {
  const { t } = useTranslation('admin')
  useAlertStream()
  return (
    <Tabs
      label={t('alerts.title')}
      tabs={[
        { to: '/admin/alerts', label: t('alerts.now') },
        { to: '/admin/alerts/history', label: t('alerts.history') },
        { to: '/admin/alerts/rules', label: t('alerts.rules') },
        { to: '/admin/alerts/channels', label: t('alerts.channels') },
      ]}
    />
  )
}
