import { CompressOutlined, LoadingOutlined, ReloadOutlined, RightOutlined } from '@ant-design/icons'
import { type ReactNode, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { Button } from '@/ui/Button'
import { CopyButton } from '@/ui/CopyButton'
import { codeText, useErrorText, withDetail } from '@/ui/errorText'
import { Markdown } from '@/ui/markdown/Markdown'
import { toast } from '@/ui/toast'
import { Busy } from '../branches/branches'
import { MoreTools } from '../branches/MessageTools'
import { Versions } from '../branches/Versions'
import { EndedEarly } from '../EndedEarly'
import { AnswerMeter } from '../onDemand'
import { textOf } from '../temporary'
import styles from './Summary.module.css'
import { compact } from './summaries'

interface SummaryRowProps {
  message: Message
  /** Whether it is the last message, and so can be made again. */
  isLast: boolean
}

/** Where a conversation was summed up: a line across it, with the summary to read. */
export function SummaryRow({ message, isLast }: SummaryRowProps) {
  const { t } = useTranslation('branches')
  const text = textOf(message)
  const busy = useContext(Busy)
  return (
    <article
      className={styles.summary}
      aria-label={t('summary.label')}
      data-role="summary"
      data-status={message.status}
    >
      <Line message={message}>
        {text && (
          <>
            <Markdown text={text} streaming={message.status === 'streaming'} />
            {message.status === 'complete' && (
              <footer className={styles.foot}>
                <CopyButton text={text} label={t('summary.copy')} />
                {message.model && <span>{message.model}</span>}
                {message.siblings.length > 0 && <MoreTools message={message} />}
                {message.usage && <AnswerMeter usage={message.usage} />}
              </footer>
            )}
          </>
        )}
      </Line>
      {['failed', 'stopped', 'interrupted'].includes(message.status) && <Ended message={message} isLast={isLast} />}
      {message.siblings.length > 1 && message.status !== 'streaming' && (
        <div className={styles.versions}>
          <Versions message={message} busy={busy} />
        </div>
      )}
    </article>
  )
}

/** Folded to one line; nothing can be unfolded while there is nothing to read. */
function Line({ message, children }: { message: Message; children: ReactNode }) {
  const { t } = useTranslation('branches')
  const { status } = message
  if (status === 'streaming' && !children) {
    return (
      <p className={styles.line} role="status">
        <LoadingOutlined aria-hidden="true" /> {t('summary.streaming')}
      </p>
    )
  }
  if (!children) return null
  const isDone = status === 'complete'
  return (
    <details className={styles.details}>
      <summary className={styles.line}>
        {status === 'streaming' ? <LoadingOutlined aria-hidden="true" /> : <CompressOutlined aria-hidden="true" />}
        <span>{t(status === 'streaming' ? 'summary.streaming' : isDone ? 'summary.complete' : 'summary.part')}</span>
        <span className={styles.show}>
          {t('summary.show')} <RightOutlined className={styles.turning} aria-hidden="true" />
        </span>
      </summary>
      <div className={styles.text}>{children}</div>
    </details>
  )
}

function Ended({ message, isLast }: SummaryRowProps) {
  const { t, i18n } = useTranslation('branches')
  const words = useErrorText()
  const { error, status } = message
  const said = error && withDetail(codeText(i18n, error.code, error.message), error.message)
  return (
    <EndedEarly
      failed={status === 'failed'}
      lines={[t(status === 'failed' ? 'summary.failed' : 'summary.stopped'), said?.first, said?.second]}
      urgent={isLast}
    >
      {isLast && (
        <Button
          size="small"
          icon={<ReloadOutlined aria-hidden="true" />}
          onClick={() => void compact(message.session_id).catch((thrown) => toast(words(thrown)))}
        >
          {t('summary.again')}
        </Button>
      )}
    </EndedEarly>
  )
}
