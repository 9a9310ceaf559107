import { ReloadOutlined } from '@ant-design/icons'
import type { i18n, TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { Button } from '@/ui/Button'
import styles from './AnswerState.module.css'
import { EndedEarly } from './EndedEarly'
import { CompactAndRetry } from './onDemand'
import { isLimit, whyEnded } from './whyEnded'

/** Still waiting, stopped, interrupted or failed: in plain words, with the way on. */
export function AnswerState({ message, onRetry }: { message: Message; onRetry?: (() => void) | undefined }) {
  const { t, i18n } = useTranslation('chat')
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
    <EndedEarly failed={message.status === 'failed'} lines={linesOf(message, t, i18n)} urgent={isUrgent(message)}>
      {onRetry && message.error?.code === 'context_too_long' && <CompactAndRetry message={message} />}
      {onRetry && (
        <Button size="small" icon={<ReloadOutlined aria-hidden="true" />} onClick={onRetry}>
          {t(isLimited(message) ? 'goOn' : 'tryAgain')}
        </Button>
      )}
    </EndedEarly>
  )
}

/** Whether it was stopped because it took as much as an answer may: one can go on from there. */
export function isLimited(message: Message | undefined): boolean {
  return isLimit(message?.error?.code ?? '')
}

/** Nothing has come yet, or nothing since the last tool was done. */
function isWaitedFor({ parts }: Message): boolean {
  const last = parts.at(-1)
  return last?.tool ? last.ended_at !== null : parts.every((part) => part.text === '')
}

function isUrgent({ status, error }: Message): boolean {
  return status === 'failed' || (status === 'stopped' && error !== null)
}

/** What happened, in words. */
function linesOf({ status, error }: Message, t: TFunction<'chat'>, i18n: i18n): (string | null)[] {
  if (status === 'stopped' && !error) return [t('state.stopped')]
  if (status === 'interrupted') return [t('state.interrupted')]
  return error ? whyEnded(i18n, error) : [t('state.failed')]
}
