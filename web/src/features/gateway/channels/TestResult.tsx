import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { ChannelTest } from '@/api/types'
import { codeText, withDetail } from '@/ui/errorText'
import styles from './TestResult.module.css'

/** What the provider answered, or a plain explanation of why it did not. */
export function TestResult({ result }: { result: ChannelTest }) {
  const { t, i18n } = useTranslation('gateway')
  if (result.ok) {
    return (
      <div className={styles.good} role="status">
        <CheckCircleOutlined aria-hidden="true" />
        <div>
          <p>{t('test.good', { model: result.model ?? '', ms: result.latency_ms ?? 0 })}</p>
          {result.answer && <blockquote className={styles.answer}>{result.answer}</blockquote>}
        </div>
      </div>
    )
  }
  const probed = `gateway:probe.${result.code}`
  const words = i18n.exists(probed) ? t(probed as never) : codeText(i18n, result.code, result.message)
  const { first, second } = withDetail(words, result.message)
  return (
    <div className={styles.bad} role="alert">
      <CloseCircleOutlined aria-hidden="true" />
      <div>
        <p>{first}</p>
        {second && <p className={styles.said}>{second}</p>}
      </div>
    </div>
  )
}
