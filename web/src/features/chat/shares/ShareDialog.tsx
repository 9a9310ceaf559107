import { useMutation, useQuery } from '@tanstack/react-query'
import { Switch } from 'antd'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { realtime } from '@/api/realtime/line'
import type { NewShare, Session, Share } from '@/api/types'
import { Button } from '@/ui/Button'
import { CopyLine } from '@/ui/CopyLine'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { MomentField } from '@/ui/MomentField'
import { Skeleton } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { createShare, readSharesAgain, refreshShare, revokeShare, sharesQuery } from './queries'
import styles from './Shares.module.css'

/** Links to copies of a session: make one, see and revoke those there are. */
export function ShareDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation('sessions')
  const shares = useQuery(sharesQuery(session.id))
  useFollowed(session.id)
  return (
    <Dialog title={t('share.title')} onClose={onClose}>
      <p className={styles.text}>{t('share.text')}</p>
      <NewLink sessionId={session.id} />
      {shares.isPending && <Skeleton title={false} rows={2} />}
      {shares.isError && <ErrorNotice error={shares.error} onRetry={() => void shares.refetch()} />}
      {shares.data && shares.data.length > 0 && (
        <section aria-label={t('share.links')}>
          <h3 className={styles.heading}>{t('share.links')}</h3>
          <ul className={styles.list}>
            {shares.data.map((share) => (
              <Link key={share.id} share={share} />
            ))}
          </ul>
        </section>
      )}
    </Dialog>
  )
}

function NewLink({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation('sessions')
  const id = useId()
  const [expires_at, setExpires] = useState<string | null>(null)
  const [with_details, setDetails] = useState(false)
  const create = useMutation({ mutationFn: () => createShare(sessionId, { expires_at, with_details }) })
  if (create.data) return <Made share={create.data} />
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      <MomentField label={t('share.end')} hint={t('share.endHint')} value={expires_at} onChange={setExpires} />
      <div className={styles.switch}>
        <Switch id={id} checked={with_details} onChange={setDetails} />
        <label htmlFor={id}>
          {t('share.details')}
          <span className={styles.hint}>{t('share.detailsHint')}</span>
        </label>
      </div>
      {create.isError && <ErrorNotice error={create.error} />}
      <div className={styles.end}>
        <Button type="primary" htmlType="submit" loading={create.isPending}>
          {t('share.create')}
        </Button>
      </div>
    </form>
  )
}

/** The link, shown this once. */
function Made({ share }: { share: NewShare }) {
  const { t } = useTranslation('sessions')
  return (
    <div className={styles.form} role="status">
      <CopyLine text={share.link} label={t('share.copy')} testId="link" />
      <p className={styles.hint}>{t('share.once')}</p>
    </div>
  )
}

function Link({ share }: { share: Share }) {
  const { t } = useTranslation('sessions')
  const refresh = useMutation({ mutationFn: () => refreshShare(share) })
  const revoke = useMutation({ mutationFn: () => revokeShare(share) })
  const isOver = share.expires_at !== null && new Date(share.expires_at) <= new Date()
  return (
    <li className={styles.row}>
      <span className={styles.about}>
        <span>
          {t('share.asOf')} <Time at={share.copied_at} withClock />
        </span>
        <span className={styles.hint}>
          {share.expires_at ? (
            <>
              {t(isOver ? 'share.over' : 'share.until')} <Time at={share.expires_at} withClock />
            </>
          ) : (
            t('share.noEnd')
          )}
          {share.with_details && ` · ${t('share.withDetails')}`}
        </span>
      </span>
      <Button onClick={() => refresh.mutate()} loading={refresh.isPending}>
        {t('share.refresh')}
      </Button>
      <Button danger onClick={() => revoke.mutate()} loading={revoke.isPending}>
        {t('share.revoke')}
      </Button>
      {refresh.isError && <ErrorNotice error={refresh.error} />}
      {revoke.isError && <ErrorNotice error={revoke.error} />}
    </li>
  )
}

/** Hear of links that are made or revoked elsewhere. */
function useFollowed(sessionId: string): void {
  useEffect(() => {
    const readAgain = () => void readSharesAgain(sessionId)
    return realtime.follow(`chat.session.${sessionId}`, {
      onSnapshot: readAgain,
      onEvent: (event) => {
        if (event.type === 'shares.changed') readAgain()
      },
    })
  }, [sessionId])
}
