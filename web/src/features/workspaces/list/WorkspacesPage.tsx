import { DeleteOutlined, EditOutlined, FolderOpenOutlined, MoreOutlined, PlusOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workspace } from '@/api/types'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useFormat } from '@/ui/format'
import { MenuButton } from '@/ui/MenuButton'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { Ago } from '@/ui/Time'
import { createWorkspace, renameWorkspace, workspacesQuery } from '../queries'
import { NameDialog } from './NameDialog'
import { useDeleteWorkspace } from './useDeleteWorkspace'
import styles from './WorkspacesPage.module.css'

/** Every workspace of this person, newest first. */
export function WorkspacesPage() {
  const { t } = useTranslation('workspaces')
  const list = useInfiniteQuery(workspacesQuery)
  const navigate = useNavigate()
  const [creating, setCreating] = useState(false)
  const workspaces = list.data?.pages.flatMap((page) => page.items) ?? []
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  )
  return (
    <Page title={t('title')} text={t('text')} actions={workspaces.length > 0 && add}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && workspaces.length === 0 && (
        <EmptyState icon={<FolderOpenOutlined />} title={t('empty.title')} text={t('empty.text')}>
          {add}
        </EmptyState>
      )}
      {workspaces.length > 0 && (
        <ul className={styles.cards} aria-label={t('title')}>
          {workspaces.map((workspace) => (
            <Card key={workspace.id} workspace={workspace} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {creating && (
        <NameDialog
          title={t('create')}
          action={t('createAction')}
          onName={async (name) => {
            const { id } = await createWorkspace(name)
            await navigate({ to: '/workspaces/$workspaceId', params: { workspaceId: id } })
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </Page>
  )
}

function Card({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation('workspaces')
  const format = useFormat()
  const [renaming, setRenaming] = useState(false)
  const remove = useDeleteWorkspace()
  const { id, name } = workspace
  const entries = [
    { key: 'rename', label: t('rename'), icon: <EditOutlined />, onPick: () => setRenaming(true) },
    { key: 'delete', label: t('delete'), icon: <DeleteOutlined />, danger: true, onPick: () => remove(workspace) },
  ]
  return (
    <li className={styles.card}>
      <FolderOpenOutlined className={styles.icon} aria-hidden="true" />
      <div className={styles.words}>
        <Link to="/workspaces/$workspaceId" params={{ workspaceId: id }} className={styles.name}>
          {name}
        </Link>
        <p className={styles.figures}>
          {t('files', { count: workspace.file_count })} · {format.bytes(workspace.used_bytes)} ·{' '}
          <Ago at={workspace.updated_at} />
        </p>
      </div>
      <MenuButton label={t('menuOf', { name })} entries={entries} className={styles.menu}>
        <MoreOutlined aria-hidden="true" />
      </MenuButton>
      {renaming && (
        <NameDialog
          title={t('renameTitle')}
          action={t('renameAction')}
          name={name}
          onName={(wanted) => renameWorkspace(id, wanted)}
          onClose={() => setRenaming(false)}
        />
      )}
    </li>
  )
}
