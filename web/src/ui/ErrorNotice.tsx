import { ExclamationCircleOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import { Button } from './Button'
import styles from './ErrorNotice.module.css'
import { useErrorText, withDetail } from './errorText'

interface ErrorNoticeProps {
  error: unknown
  onRetry?: () => void
}

/** Codes that stand for several things: the server's own sentence says which. */
const TELLING = new Set([
  'address_not_allowed',
  'upstream_error',
  'upstream_timeout',
  'upstream_invalid_response',
  'invalid_target',
  'invalid_cron',
  'invalid_price_file',
  'invalid_prices',
])

/** A refused form that names no field says in its message what it is about. */
function isTelling(code: string, fields: number): boolean {
  return TELLING.has(code) || (code === 'invalid_request' && fields === 0)
}

/** What went wrong in plain words, the request id to quote, and a way on. */
export function ErrorNotice({ error, onRetry }: ErrorNoticeProps) {
  const { t } = useTranslation()
  const words = useErrorText()
  const { code, message, requestId, fields } = asApiError(error)
  const { first, second } = withDetail(words(error), isTelling(code, fields.length) ? message : '')
  return (
    <div className={styles.notice} role="alert">
      <ExclamationCircleOutlined className={styles.icon} aria-hidden="true" />
      <div className={styles.words}>
        <p>{first}</p>
        {second && <p className={styles.request}>{second}</p>}
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
            {t('requestId')} {requestId.startsWith('call_') ? <CallLink id={requestId} /> : <code>{requestId}</code>}
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

/** A call of a model stands in the log, with what went wrong at which provider. */
function CallLink({ id }: { id: string }) {
  return (
    <Link to="/gateway/calls/$callId" params={{ callId: id }}>
      <code>{id}</code>
    </Link>
  )
}
