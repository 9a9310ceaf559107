import { ForkOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { client, unwrap } from '@/api/client'
import styles from './Forks.module.css'

/** The way to the session that this one began as a copy of; nothing once that is gone. */
export function ForkedFrom({ id }: { id: string }) {
  const { t } = useTranslation(['branches', 'chat'])
  const { data } = useQuery({
    queryKey: ['chat', 'original', id],
    queryFn: () => unwrap(client.GET('/api/v1/chat/sessions/{session_id}', { params: { path: { session_id: id } } })),
    retry: false,
  })
  if (!data) return null
  const words = t('forkedFrom', { title: data.title ?? t('chat:untitled') })
  return (
    <Link
      to="/chat/$sessionId"
      params={{ sessionId: id }}
      className={styles.from}
      aria-label={words}
      data-tip={words}
      data-tip-side="below"
    >
      <ForkOutlined aria-hidden="true" />
    </Link>
  )
}
