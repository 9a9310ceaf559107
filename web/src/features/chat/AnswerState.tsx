import { ReloadOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { Button } from '@/ui/Button'
import { codeText, withDetail } from '@/ui/errorText'
import styles from './AnswerState.module.css'
import { CompactAndRetry } from './onDemand'

/** Still waiting, stopped, interrupted or failed: in plain words, with the way on. */
export function AnswerState({ message, onRetry }: { message: Message; onRetry?: (() => void) | undefined }) {
  const { t } = useTranslation('chat')
  if (message.status === 'complete') return null
  if (message.status === 'streaming') {
    if (!isWaitedFor(message)) return null
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
      {onRetry && message.error?.code === 'context_too_long' && <CompactAndRetry message={message} />}
      {onRetry && (
        <Button size="small" icon={<ReloadOutlined aria-hidden="true" />} onClick={onRetry}>
          {t(isLimited(message) ? 'goOn' : 'tryAgain')}
        </Button>
      )}
    </div>
  )
}

/** Whether it was stopped because it took as much as an answer may: one can go on from there. */
export function isLimited(message: Message | undefined): boolean {
  return message?.error?.code.startsWith('turn_') ?? false
}

/** Nothing has come yet, or nothing since the last tool was done. */
function isWaitedFor({ parts }: Message): boolean {
  const last = parts.at(-1)
  return last?.tool ? last.ended_at !== null : parts.every((part) => part.text === '')
}

function Words({ message }: { message: Message }) {
  const { t, i18n } = useTranslation('chat')
  if (message.status === 'stopped' && !message.error) return <p>{t('state.stopped')}</p>
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
