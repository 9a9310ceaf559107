import { ReloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { codeText, withDetail } from '@/ui/errorText'
import styles from './AnswerState.module.css'

/** Still waiting, stopped, interrupted or failed: in plain words, with the way on. */
export function AnswerState({ message, onRetry }: { message: Message; onRetry?: (() => void) | undefined }) {
  const { t } = useTranslation('chat')
  if (message.status === 'complete') return null
  if (message.status === 'streaming') {
    if (message.parts.some((part) => part.text !== '')) return null
    return (
      <div className={styles.waiting}>
        <span className="visually-hidden">{t('waiting')}</span>
        <i aria-hidden="true" />
        <i aria-hidden="true" />
        <i aria-hidden="true" />
      </div>
    )
  }
  return (
    <div className={message.status === 'failed' ? styles.failed : styles.ended}>
      <Words message={message} />
      {onRetry && (
        <Button size="small" icon={<ReloadOutlined aria-hidden="true" />} onClick={onRetry}>
          {t('tryAgain')}
        </Button>
      )}
    </div>
  )
}

function Words({ message }: { message: Message }) {
  const { t, i18n } = useTranslation('chat')
  if (message.status === 'stopped') return <p>{t('state.stopped')}</p>
  if (message.status === 'interrupted') return <p>{t('state.interrupted')}</p>
  if (!message.error) return <p role="alert">{t('state.failed')}</p>
  const { first, second } = withDetail(codeText(i18n, message.error.code, message.error.message), message.error.message)
  return (
    <div role="alert" className={styles.words}>
      <p>{first}</p>
      {second && <p className={styles.detail}>{second}</p>}
    </div>
  )
}
