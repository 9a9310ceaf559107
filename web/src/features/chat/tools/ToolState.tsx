import { CheckOutlined, LoadingOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Part, ToolCall } from '@/api/types'
import { useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'
import { diffLines, diffSize } from '@/ui/unifiedDiff'
import { useSeconds } from '../useSeconds'
import styles from './ToolCard.module.css'
import { tookSeconds, toolDetails } from './tool'

interface ToolStateProps {
  part: Part
  call: ToolCall
  asked: boolean
  live: boolean
}

/** How far a call has come, in a word or two. */
export function ToolState({ part, call, asked, live }: ToolStateProps) {
  const { t } = useTranslation('agents')
  const { status } = call
  if (status === 'running' && live) return <Running began={call.began_at ?? part.started_at} />
  if (status === 'waiting' && live) {
    return <span className={styles.state}>{asked ? <Tag tone="warn">{t('waits')}</Tag> : t('soon')}</span>
  }
  return (
    <span className={styles.state}>
      <Outcome call={call} />
      <Took part={part} />
      {status === 'failed' && <Tag tone="bad">{t('status.failed')}</Tag>}
      {status === 'denied' && <Tag tone="warn">{t('status.denied')}</Tag>}
      {status === 'done' && <CheckOutlined className={styles.good} role="img" aria-label={t('status.done')} />}
      {(status === 'interrupted' || status === 'waiting' || status === 'running') && (
        <Tag>{t('status.interrupted')}</Tag>
      )}
    </span>
  )
}

function Running({ began }: { began: string }) {
  const { t } = useTranslation('agents')
  const seconds = useSeconds(began, null, true)
  return (
    <span className={styles.state}>
      <LoadingOutlined aria-hidden="true" /> {t('runningFor', { count: seconds })}
    </span>
  )
}

/** What changed, or how the program ended when it did not end well. */
function Outcome({ call }: { call: ToolCall }) {
  const { t } = useTranslation('agents')
  const { diff, exitCode } = toolDetails(call)
  if (exitCode !== null && exitCode !== 0) return <Tag tone="bad">{t('exitCode', { code: exitCode })}</Tag>
  if (diff === null) return null
  const { added, removed } = diffSize(diffLines(diff))
  return (
    <span>
      <span className={styles.good}>+{added}</span> <span className={styles.bad}>−{removed}</span>
    </span>
  )
}

function Took({ part }: { part: Part }) {
  const format = useFormat()
  const seconds = tookSeconds(part)
  return seconds === null ? null : <span>{format.span(seconds)}</span>
}
