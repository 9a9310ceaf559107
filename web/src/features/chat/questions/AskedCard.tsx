import { QuestionCircleOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Question, ToolCall } from '@/api/types'
import { Tag } from '@/ui/Tag'
import card from '../tools/ToolCard.module.css'
import { askedBefore } from './given'
import { QuestionCard } from './QuestionCard'
import styles from './Questions.module.css'

interface AskedCardProps {
  call: ToolCall
  /** The answer is still being made. */
  live: boolean
  /** What waits to be answered, if this does. */
  question: Question | undefined
  hasKeys: boolean
}

/** A question of an agent: while it waits to answer, later what was asked and answered. */
export function AskedCard({ call, live, question, hasKeys }: AskedCardProps) {
  const { t } = useTranslation('agents')
  const { items, answers } = askedBefore(call)
  const isWaiting = live && call.status === 'waiting'
  return (
    <section className={card.card} data-tool={call.name} data-status={call.status} aria-label={t('tool.ask_user')}>
      {question ? (
        <QuestionCard question={question} hasKeys={hasKeys} />
      ) : (
        <>
          <p className={styles.head}>
            <QuestionCircleOutlined aria-hidden="true" />
            <span className={card.name}>{t('question.asked')}</span>
            {isWaiting && <span className={styles.hint}>{t('soon')}</span>}
            {!isWaiting && call.status !== 'done' && <Tag>{t('status.interrupted')}</Tag>}
          </p>
          <dl className={styles.asked}>
            {items.map((text, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: what was asked never changes its order
              <div key={at}>
                <dt>{text}</dt>
                {answers && <dd>{answers[at]?.join('; ') || <em>{t('question.none')}</em>}</dd>}
              </div>
            ))}
          </dl>
          {call.status === 'done' && items.length > 0 && !answers && (
            <p className={card.reason}>{t('question.nobody')}</p>
          )}
        </>
      )}
    </section>
  )
}
