import { CommentOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { CopyButton } from '@/ui/CopyButton'
import { CodeBlock } from '@/ui/markdown/CodeBlock'
import { Markdown } from '@/ui/markdown/Markdown'
import { Thinking } from '@/ui/Thinking'
import { type Answer, hasBegun } from './answer'
import styles from './Columns.module.css'
import { FailureNotice } from './FailureNotice'
import { RunFigures } from './RunFigures'
import { pretty } from './raw'
import type { Run } from './run'

interface AnswerViewProps {
  run: Run | null
  onContinue: (run: Run) => void
}

/** What one model said, and how it went. */
export function AnswerView({ run, onContinue }: AnswerViewProps) {
  const { t } = useTranslation('playground')
  if (!run) return <p className={styles.quiet}>{t('noAnswer')}</p>
  const { answer, status } = run
  const isRunning = status === 'running'
  const canContinue = !isRunning && (answer.text !== '' || answer.calls.length > 0)
  return (
    <>
      <p className="visually-hidden" role="status">
        {t(`states.${status}`)}
      </p>
      {isRunning && !hasBegun(answer) && <p className={styles.waiting}>{t('waiting')}</p>}
      <Said answer={answer} isRunning={isRunning} />
      {status === 'stopped' && <p className={styles.quiet}>{t('states.stopped')}</p>}
      {answer.failure && (
        <FailureNotice failure={answer.failure} requestId={run.response?.headers['x-request-id'] ?? null} />
      )}
      {canContinue && (
        <div className={styles.foot}>
          <Button
            size="small"
            icon={<CommentOutlined aria-hidden="true" />}
            title={t('continueHint')}
            onClick={() => onContinue(run)}
          >
            {t('continue')}
          </Button>
          {answer.text !== '' && <CopyButton text={answer.text} label={t('copyAnswer')} />}
        </div>
      )}
      <RunFigures run={run} />
    </>
  )
}

function Said({ answer, isRunning }: { answer: Answer; isRunning: boolean }) {
  const { t } = useTranslation('playground')
  const { text, thinking, calls } = answer
  const isThinking = isRunning && text === '' && calls.length === 0
  return (
    <>
      {thinking !== '' && (
        <Thinking label={t(isThinking ? 'thinking' : 'thought')} text={thinking} going={isThinking} />
      )}
      {text !== '' &&
        (!isRunning && isJson(text) ? (
          <CodeBlock language="json" code={pretty(text)} />
        ) : (
          <Markdown text={text} streaming={isRunning} />
        ))}
      {calls.map((call) => (
        <div key={call.slot} className={styles.call}>
          <h3 className={styles.heading}>
            {t('call')} <code translate="no">{call.name}</code>
          </h3>
          <CodeBlock language="json" code={pretty(call.arguments)} complete={!isRunning} />
        </div>
      ))}
    </>
  )
}

/** An object or a list, so that it is shown as such. */
function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text) && pretty(text) !== text
}
