import { ExclamationCircleOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import styles from './ErrorNotice.module.css'
import { useErrorText } from './errorText'

interface ErrorNoticeProps {
  error: unknown
  onRetry?: () => void
}

/** What went wrong in plain words, the request id to quote, and a way on. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const { t } = useTranslation()
  const words = useErrorText()
  const { requestId, fields } = asApiError(error)
  return (
    <div className={styles.notice} role="alert">
      <ExclamationCircleOutlined className={styles.icon} aria-hidden="true" />
      <div className={styles.words}>
        <p>{words(error)}</p>
        {fields.length > 0 && (
          <ul className={styles.fields}>
            {fields.map(({ field, message }) => (
              <li key={`${field} ${message}`}>
                <code>{field}</code>: {message}
              </li>
            ))}
          </ul>
        )}
        {requestId && (
          <p className={styles.request}>
            {t('requestId')} <code>{requestId}</code>
          </p>
        )}
      </div>
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  )
}
