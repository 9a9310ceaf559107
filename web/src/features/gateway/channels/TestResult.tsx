import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { ChannelTest } from '@/api/types'
import { withDetail } from '@/ui/errorText'
import styles from './TestResult.module.css'
import { useTestWords } from './useTestWords'

/** What the provider answered, or a plain explanation of why it did not. */
export function TestResult({ result }: { result: ChannelTest }) {
  const { t } = useTranslation('gateway')
  const words = useTestWords()
  if (result.ok) {
    const { model, latency_ms, answer } = result
    return (
      <div className={styles.good} role="status">
        <CheckCircleOutlined aria-hidden="true" />
        <div>
          <p>{model ? t('test.good', { model, ms: latency_ms ?? 0 }) : t('test.goodPlain', { ms: latency_ms ?? 0 })}</p>
          {answer && (
            <blockquote className={styles.answer} translate="no">
              {answer}
            </blockquote>
          )}
        </div>
      </div>
    )
  }
  const { first, second } = withDetail(words(result), result.message)
  return (
    <div className={styles.bad} role="alert">
      <CloseCircleOutlined aria-hidden="true" />
      <div>
        <p>{first}</p>
        {second && (
          <p className={styles.said} translate="no">
            {second}
          </p>
        )}
      </div>
    </div>
  )
}
