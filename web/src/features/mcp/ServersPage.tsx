import { ApiOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { McpServer } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { removeServer, rightsQuery, serversQuery } from './queries'
import { ServerDialog } from './ServerDialog'
import { ServerList } from './ServerList'
import styles from './Servers.module.css'

type Scope = McpServer['scope']

/** The tool servers of the hall, for its admins. */
export function HallServersPage() {
  return <Servers scope="hall" />
}

/** One's own tool servers, and those that the hall has for everybody. */
export function OwnServersPage() {
  return <Servers scope="own" />
}

function Servers({ scope }: { scope: Scope }) {
  const { t } = useTranslation('mcp')
  const list = useQuery(serversQuery)
  const { data: rights } = useQuery(rightsQuery)
  const [editing, setEditing] = useState<McpServer | 'new' | null>(null)
  const [removing, setRemoving] = useState<McpServer | null>(null)
  const of = (wanted: Scope) => list.data?.filter((server) => server.scope === wanted) ?? []
  const mine = of(scope)
  const mayAdd = rights !== undefined && (scope === 'hall' ? rights.hall : rights.addresses || rights.programs)
  const add = mayAdd && (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setEditing('new')}>
      {t('add')}
    </Button>
  )
  return (
    <Page title={t('title')} text={t(`text.${scope}`)} actions={mine.length > 0 && add}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && mine.length === 0 && (
        <EmptyState icon={<ApiOutlined aria-hidden="true" />} title={t('emptyTitle')} text={t(`empty.${scope}`)}>
          {add}
        </EmptyState>
      )}
      {mine.length > 0 && (
        <ServerList label={t(`list.${scope}`)} servers={mine} onEdit={setEditing} onRemove={setRemoving} />
      )}
      {scope === 'own' && of('hall').length > 0 && (
        <Section bare title={t('list.hall')} text={t('hallText')}>
          <ServerList label={t('list.hall')} servers={of('hall')} />
        </Section>
      )}
      <p className={styles.note}>{t('note')}</p>
      {editing && rights && (
        <ServerDialog
          server={editing === 'new' ? null : editing}
          scope={scope}
          rights={rights}
          onClose={() => setEditing(null)}
        />
      )}
      {removing && (
        <ConfirmDialog
          title={t('removeTitle', { name: removing.name })}
          action={t('remove')}
          danger
          onConfirm={() => removeServer(removing.id)}
          onDone={() => toast(t('removed', { name: removing.name }))}
          onClose={() => setRemoving(null)}
        >
          <p>{t('removeText')}</p>
        </ConfirmDialog>
      )}
    </Page>
  )
}
