import { ExclamationCircleOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import notice from '@/ui/ErrorNotice.module.css'
import { codeText, withDetail } from '@/ui/errorText'
import type { Failure } from './answer'

/** Anthropic names kinds of errors; these are ours that say the same. */
const OURS: Record<string, string> = {
  authentication_error: 'invalid_api_key',
  not_found_error: 'model_not_found',
  rate_limit_error: 'rate_limit_exceeded',
  api_error: 'upstream_error',
  overloaded_error: 'no_channel',
  timeout_error: 'upstream_timeout',
}

/** Why there is no answer: our words, the server's, and what to quote. */
export function FailureNotice({ failure, requestId }: { failure: Failure; requestId: string | null }) {
  const { t, i18n } = useTranslation('playground')
  const { status, code, message } = failure
  const { first, second } = withDetail(codeText(i18n, OURS[code] ?? code, message), message)
  return (
    <div className={notice.notice} role="alert">
      <ExclamationCircleOutlined className={notice.icon} aria-hidden="true" />
      <div className={notice.words}>
        <p>{first}</p>
        {second && <p className={notice.request}>{second}</p>}
        <p className={notice.request}>
          {t('code')} <code translate="no">{code}</code>
          {status >= 400 && <> · HTTP {status}</>}
        </p>
        {requestId && (
          <p className={notice.request}>
            {t('requestId')} <code>{requestId}</code>
          </p>
        )}
      </div>
    </div>
  )
}
