import { InboxOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/EmptyState'

/** The session was deleted, here or elsewhere, or never was. */
export function Gone() {
  const { t } = useTranslation(['sessions', 'chat'])
  return (
    <EmptyState page icon={<InboxOutlined aria-hidden="true" />} title={t('gone.title')} text={t('gone.text')}>
      <Link to="/chat">{t('chat:newChat')}</Link>
    </EmptyState>
  )
}
