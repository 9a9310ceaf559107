import { useTranslation } from 'react-i18next'
import type { Queued, Session } from '@/api/types'
import { Button } from '@/ui/Button'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import styles from './Queue.module.css'
import { QueuedItem } from './QueuedItem'
import { changeQueued, orderQueue, removeQueued, resumeQueue } from './queue'

/** Above the composer: what is sent once the running answer has ended, or waits for a word. */
export function Queue({ session, queue }: { session: Session; queue: Queued[] }) {
  const { t } = useTranslation('branches')
  const words = useErrorText()
  const say = (thrown: unknown) => toast(words(thrown))
  const ids = queue.map(({ id }) => id)
  const move = (from: number, to: number) => {
    const id = ids[from]
    if (id) orderQueue(session.id, ids.toSpliced(from, 1).toSpliced(to, 0, id)).catch(say)
  }
  return (
    <section className={styles.queue} aria-label={t('queue.title')}>
      <div className={styles.head} role="status">
        <span>{session.is_queue_held ? t('queue.held') : t('queue.count', { count: queue.length })}</span>
        {session.is_queue_held && (
          <Button size="small" type="primary" onClick={() => void resumeQueue(session.id).catch(say)}>
            {t('queue.resume')}
          </Button>
        )}
      </div>
      <ol className={styles.list}>
        {queue.map((queued, at) => (
          <QueuedItem
            key={queued.id}
            queued={queued}
            onUp={at > 0 ? () => move(at, at - 1) : undefined}
            onDown={at < queue.length - 1 ? () => move(at, at + 1) : undefined}
            onKeep={(text) => changeQueued(session.id, queued.id, text).catch(say)}
            onRemove={() => void removeQueued(session.id, queued.id).catch(say)}
          />
        ))}
      </ol>
    </section>
  )
}
