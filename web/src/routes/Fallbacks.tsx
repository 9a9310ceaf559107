import { CompassOutlined, LockOutlined, WarningOutlined } from '@ant-design/icons'
import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'

/** An address without a page. */
export function NotFound() {
  const { t } = useTranslation()
  return (
    <main>
      <EmptyState icon={<CompassOutlined />} title={t('notFound.title')} text={t('notFound.text')}>
        <Link to="/chat">{t('notFound.home')}</Link>
      </EmptyState>
    </main>
  )
}

/** A page that could not be shown: the server was away, or we made a mistake. */
export function Crashed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  const reload = () => {
    reset()
    location.reload()
  }
  return (
    <main>
      <EmptyState icon={<WarningOutlined />} title={t('crashed.title')} text={t('crashed.text')}>
        {error instanceof ApiError && <ErrorNotice error={error} />}
        <Button type="primary" onClick={reload}>
          {t('reload')}
        </Button>
      </EmptyState>
    </main>
  )
}

/** A page for admins, seen by somebody else. */
export function AdminOnly() {
  const { t } = useTranslation()
  return <EmptyState icon={<LockOutlined />} title={t('adminOnly.title')} text={t('adminOnly.text')} />
}
