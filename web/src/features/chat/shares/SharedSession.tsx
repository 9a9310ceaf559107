import { PaperClipOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import type { Message, Shared, SharedMessage } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { useTitle } from '@/ui/useTitle'
import { MessageRow } from '../MessageRow'
import { sharedMessagesQuery, sharedQuery } from './queries'
import styles from './Shares.module.css'

/** What a link leads to, for whoever has it. */
export function SharedSession({ token }: { token: string }) {
  const shared = useQuery(sharedQuery(token))
  useUnlisted()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <main className={styles.page} tabIndex={0}>
      <div className={styles.paper}>
        {shared.isPending && <Skeleton rows={8} />}
        {shared.isError &&
          (asApiError(shared.error).code === 'share_not_found' ? (
            <Nothing />
          ) : (
            <ErrorNotice error={shared.error} onRetry={() => void shared.refetch()} />
          ))}
        {shared.data && <Copy token={token} shared={shared.data} />}
      </div>
    </main>
  )
}

/** Wrong, revoked or over: nobody is told which. */
function Nothing() {
  const { t } = useTranslation('sessions')
  useTitle(t('shared.nothing'))
  return (
    <>
      <h1 className={styles.title}>{t('shared.nothing')}</h1>
      <p className={styles.text}>{t('shared.nothingText')}</p>
    </>
  )
}

function Copy({ token, shared }: { token: string; shared: Shared }) {
  const { t } = useTranslation(['sessions', 'chat'])
  const said = useInfiniteQuery(sharedMessagesQuery(token))
  const title = shared.title ?? t('chat:untitled')
  const messages = said.data?.pages.flatMap((page) => page.items) ?? []
  useTitle(title)
  return (
    <>
      <header className={styles.head}>
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.text}>
          {t('shared.copyOf')} <Time at={shared.copied_at} withClock />
        </p>
      </header>
      {said.isPending && <Skeleton rows={8} />}
      {said.isError && <ErrorNotice error={said.error} onRetry={() => void said.refetch()} />}
      {said.isSuccess && messages.length === 0 && <p className={styles.text}>{t('chat:emptySession')}</p>}
      <div className={styles.messages}>
        {messages.map((message) => (
          <div key={message.id}>
            {message.attachments.length > 0 && (
              <p className={styles.attached}>
                <PaperClipOutlined aria-hidden="true" /> {message.attachments.join(', ')}
              </p>
            )}
            <MessageRow message={asMessage(message)} />
          </div>
        ))}
      </div>
      {said.hasNextPage && (
        <div className={styles.more}>
          <Button onClick={() => void said.fetchNextPage()} loading={said.isFetchingNextPage}>
            {t('shared.more')}
          </Button>
        </div>
      )}
    </>
  )
}

/** How it ended is not told: that was for whoever asked. */
function asMessage(message: SharedMessage): Message {
  return {
    ...message,
    status: 'complete',
    session_id: '',
    parent_id: null,
    siblings: [],
    error: null,
    usage: null,
    changes: null,
    attachments: [],
  }
}

/** Asks search engines that run scripts to leave the page alone, as its headers do. */
function useUnlisted(): void {
  useEffect(() => {
    const meta = document.createElement('meta')
    meta.name = 'robots'
    meta.content = 'noindex, nofollow'
    document.head.append(meta)
    return () => meta.remove()
  }, [])
}
