import { CompassOutlined, LockOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/EmptyState'

/** An address without a page. */
export function NotFound() {
  const { t } = useTranslation()
  return (
    <main id="content">
      <EmptyState
        page
        icon={<CompassOutlined aria-hidden="true" />}
        title={t('notFound.title')}
        text={t('notFound.text')}
      >
        <Link to="/chat">{t('notFound.home')}</Link>
      </EmptyState>
    </main>
  )
}

/** A page for admins, seen by somebody else. */
export function AdminOnly() {
  const { t } = useTranslation()
  return (
    <EmptyState
      page
      icon={<LockOutlined aria-hidden="true" />}
      title={t('adminOnly.title')}
      text={t('adminOnly.text')}
    />
  )
}
