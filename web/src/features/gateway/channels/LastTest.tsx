import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import { Ago } from '@/ui/Time'
import styles from './ChannelList.module.css'
import { useTestWords } from './useTestWords'

/** What came of the last test, in one line. */
export function LastTest({ channel: { test, tested_at } }: { channel: Channel }) {
  const { t } = useTranslation('gateway')
  const words = useTestWords()
  if (!test || !tested_at) return null
  return (
    <span className={styles.tested}>
      {test.ok ? (
        <CheckCircleOutlined className={styles.good} aria-hidden="true" />
      ) : (
        <CloseCircleOutlined className={styles.bad} aria-hidden="true" />
      )}
      <span>
        {test.ok ? t('test.lastGood', { ms: test.latency_ms ?? 0 }) : t('test.lastBad')} · <Ago at={tested_at} />
        {!test.ok && <> · {words(test)}</>}
      </span>
    </span>
  )
}
