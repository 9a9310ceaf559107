import { ExperimentOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model, User } from '@/api/types'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { LinkButton } from '@/ui/LinkButton'
import { Skeleton } from '@/ui/Skeleton'
import { useTitle } from '@/ui/useTitle'
import { Columns } from './Columns'
import { withModels } from './draft'
import styles from './Playground.module.css'
import { askableQuery } from './queries'
import { RequestPane } from './RequestPane'
import { RunBar } from './RunBar'
import { useKeys, usePlayground } from './usePlayground'

/** One conversation put to up to four models at once, with everything that goes over the line. */
export function PlaygroundPage({ user }: { user: User }) {
  const { t } = useTranslation('playground')
  useTitle(t('title'))
  const models = useQuery(askableQuery)
  if (models.isSuccess && models.data.length === 0) return <Nothing isAdmin={user.role === 'admin'} />
  if (models.isSuccess) return <Playground user={user} models={models.data} />
  return (
    <div className={styles.waiting}>
      <h1 className={styles.title}>{t('title')}</h1>
      {models.isPending && <Skeleton />}
      {models.isError && <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />}
    </div>
  )
}

function Playground({ user, models }: { user: User; models: Model[] }) {
  const bench = usePlayground(user.id)
  const { draft, change } = bench
  useKeys(bench)
  const names = models.map(({ name }) => name)
  const columns = withModels(draft.columns, names)
  const isSame = columns.every(({ model }, place) => model === draft.columns[place]?.model)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when a model has come or gone
  useEffect(() => {
    if (!isSame) change({ columns })
  }, [isSame])
  return (
    <div className={styles.page}>
      <RunBar bench={bench} />
      <div className={styles.bench}>
        <RequestPane bench={bench} />
        <Columns bench={bench} models={models} isGuest={user.role === 'guest'} />
      </div>
    </div>
  )
}

function Nothing({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation('playground')
  return (
    <EmptyState
      page
      icon={<ExperimentOutlined aria-hidden="true" />}
      title={t('nothing.title')}
      text={t(isAdmin ? 'nothing.admin' : 'nothing.member')}
    >
      {isAdmin && (
        <LinkButton to="/gateway/channels" primary>
          {t('nothing.channels')}
        </LinkButton>
      )}
    </EmptyState>
  )
}
