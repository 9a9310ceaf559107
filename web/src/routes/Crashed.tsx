import { WarningOutlined } from '@ant-design/icons'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import { EmptyState } from '@/ui/EmptyState'
import { useErrorText } from '@/ui/errorText'
import styles from './Crashed.module.css'

/** A page that could not be shown: the server was away, or we made a mistake. Part of the entry, so that it can always be shown. */
export function Crashed({ error }: ErrorComponentProps) {
  const { t } = useTranslation()
  const words = useErrorText()
  const known = error instanceof ApiError
  return (
    <main role="alert">
      <EmptyState
        page
        icon={<WarningOutlined aria-hidden="true" />}
        title={t('crashed.title')}
        text={known ? words(error) : t('crashed.text')}
      >
        <button type="button" className={styles.reload} onClick={() => location.reload()}>
          {t('reload')}
        </button>
        {known && error.requestId && (
          <p className={styles.request}>
            {t('requestId')} <code>{error.requestId}</code>
          </p>
        )}
      </EmptyState>
    </main>
  )
}
