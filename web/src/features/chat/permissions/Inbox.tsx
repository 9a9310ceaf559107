import { SafetyOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { Ago } from '@/ui/Time'
import { QuestionCard } from '../onDemand'
import { PermissionCard } from './PermissionCard'
import styles from './PermissionCard.module.css'
import { askingSessionQuery, waitingQuery } from './queries'
import { type Asked, isQuestion } from './waiting'

/** Everything that waits for this person, over all sessions, oldest first. */
export function Inbox() {
  const { t } = useTranslation('agents')
  const waiting = useQuery(waitingQuery)
  return (
    <Page title={t('inbox.title')} text={t('inbox.text')}>
      {waiting.isPending && <Skeleton />}
      {waiting.isError && <ErrorNotice error={waiting.error} onRetry={() => void waiting.refetch()} />}
      {waiting.data?.length === 0 && (
        <EmptyState
          icon={<SafetyOutlined aria-hidden="true" />}
          title={t('inbox.emptyTitle')}
          text={t('inbox.emptyText')}
        />
      )}
      <ul className={styles.inbox}>
        {waiting.data?.map((asked, index) => (
          <Waiting key={asked.id} asked={asked} isFirst={index === 0} />
        ))}
      </ul>
    </Page>
  )
}

function Waiting({ asked, isFirst }: { asked: Asked; isFirst: boolean }) {
  const { t } = useTranslation(['agents', 'chat'])
  const { data: session } = useQuery(askingSessionQuery(asked.session_id))
  return (
    <li className={styles.waiting}>
      <p className={styles.from}>
        <Link to="/chat/$sessionId" params={{ sessionId: asked.session_id }}>
          {session?.title ?? t('chat:untitled')}
        </Link>
        <Ago at={asked.created_at} />
      </p>
      {isQuestion(asked) ? (
        <QuestionCard question={asked} hasKeys={isFirst} />
      ) : (
        <PermissionCard permission={asked} workspaceId={session?.workspace_id ?? null} hasKeys={isFirst} />
      )}
    </li>
  )
}
