import { FolderOpenOutlined, FolderOutlined, MoreOutlined, RightOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type DragEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Folder } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useErrorText } from '@/ui/errorText'
import { MenuButton } from '@/ui/MenuButton'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { changeSession, sessionsQuery } from '../queries'
import { SessionRow, type SessionRowProps } from '../SessionRow'
import { DRAGGED } from '../sessionPages'
import styles from './Folders.module.css'
import { type Place, useFolderMenu } from './useFolderMenu'

interface FolderGroupProps extends Omit<SessionRowProps, 'session'> {
  folder: Folder
  place: Place
  open: boolean
  onToggle: () => void
}

/** A folder that folds; a session that is dropped on it goes into it. */
export function FolderGroup({ folder, place, open, onToggle, ...row }: FolderGroupProps) {
  const { t } = useTranslation('sessions')
  const id = useId()
  const { entries, dialog } = useFolderMenu(folder, place)
  const { isOver, ...drop } = useDrop(folder)
  const Icon = open ? FolderOpenOutlined : FolderOutlined
  return (
    <section className={isOver ? `${styles.folder} ${styles.over}` : styles.folder} aria-label={folder.name} {...drop}>
      <div className={styles.head}>
        <button type="button" className={styles.fold} aria-expanded={open} aria-controls={id} onClick={onToggle}>
          <RightOutlined className={styles.arrow} aria-hidden="true" />
          <Icon aria-hidden="true" />
          <span className={styles.name}>{folder.name}</span>
        </button>
        <span className={styles.menu}>
          <MenuButton label={t('folder.menuOf', { name: folder.name })} entries={entries}>
            <MoreOutlined aria-hidden="true" />
          </MenuButton>
        </span>
      </div>
      <div id={id} className={styles.inside} hidden={!open}>
        {open && <Inside folder={folder} {...row} />}
      </div>
      {dialog}
    </section>
  )
}

/** What is in a folder, pinned ones first, then newest activity. */
function Inside({ folder, ...row }: Omit<SessionRowProps, 'session'> & { folder: Folder }) {
  const { t } = useTranslation('sessions')
  const list = useInfiniteQuery(sessionsQuery({ archived: false, folder_id: folder.id }))
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {list.isPending && <Skeleton title={false} rows={2} />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && sessions.length === 0 && <p className={styles.empty}>{t('folder.empty')}</p>}
      {sessions.length > 0 && (
        <ul className={styles.rows}>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} {...row} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button type="text" size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('folder.more')}
        </Button>
      )}
    </>
  )
}

function useDrop(folder: Folder) {
  const words = useErrorText()
  const [isOver, setOver] = useState(false)
  return {
    isOver,
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false)
      const dragged = event.dataTransfer.getData(DRAGGED)
      if (!dragged) return
      event.preventDefault()
      changeSession(dragged, { folder_id: folder.id }).catch((thrown: unknown) => toast(words(thrown)))
    },
  }
}
