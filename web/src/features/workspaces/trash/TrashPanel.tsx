import { DeleteOutlined, UndoOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import type { TrashEntry } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useErrorText } from '@/ui/errorText'
import { Field } from '@/ui/Field'
import { useFormat } from '@/ui/format'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'
import { Skeleton } from '@/ui/Skeleton'
import { Ago } from '@/ui/Time'
import { toast } from '@/ui/toast'
import { useDesk } from '../desk/DeskProvider'
import { EntryIcon } from '../files/icons'
import { nameOf, parentOf } from '../paths'
import { emptyTrash, removeForGood, restoreEntry, trashQuery } from './queries'
import styles from './TrashPanel.module.css'

/** What was deleted: to be brought back, or to go for good. */
export function TrashPanel() {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const list = useInfiniteQuery(trashQuery(workspaceId))
  const [emptying, setEmptying] = useState(false)
  const entries = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className={styles.panel}>
      {list.isPending && <Skeleton title={false} />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && <p className={styles.note}>{t('trash.none')}</p>}
      <ul className={styles.entries} aria-label={t('panel.trash')}>
        {entries.map((entry) => (
          <Deleted key={entry.id} entry={entry} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('showMore')}
        </Button>
      )}
      {entries.length > 0 && (
        <Button danger onClick={() => setEmptying(true)}>
          {t('trash.empty')}
        </Button>
      )}
      {emptying && (
        <ConfirmDialog
          title={t('trash.emptyTitle')}
          action={t('trash.empty')}
          danger
          onConfirm={() => emptyTrash(workspaceId)}
          onClose={() => setEmptying(false)}
        >
          <p>{t('trash.emptyText')}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}

function Deleted({ entry }: { entry: TrashEntry }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const words = useErrorText()
  const format = useFormat()
  const [asking, setAsking] = useState<'elsewhere' | 'remove' | null>(null)
  const name = nameOf(entry.path)
  const restore = async () => {
    try {
      await restoreEntry(workspaceId, entry)
      toast(t('trash.restored', { name }))
    } catch (thrown) {
      if (asApiError(thrown).code === 'path_taken') setAsking('elsewhere')
      else toast(words(thrown))
    }
  }
  return (
    <li className={styles.entry}>
      <EntryIcon entry={entry} />
      <div className={styles.words}>
        <p className={styles.name} title={entry.path}>
          {name}
        </p>
        <p className={styles.note}>
          {parentOf(entry.path) || t('top')} · {format.bytes(entry.size)} · <Ago at={entry.deleted_at} />
        </p>
      </div>
      <IconButton
        label={t('trash.restore', { name })}
        icon={<UndoOutlined />}
        tip={false}
        onClick={() => void restore()}
      />
      <IconButton
        label={t('trash.remove', { name })}
        icon={<DeleteOutlined />}
        tip={false}
        onClick={() => setAsking('remove')}
      />
      {asking === 'elsewhere' && <Elsewhere entry={entry} onClose={() => setAsking(null)} />}
      {asking === 'remove' && (
        <ConfirmDialog
          title={t('trash.removeTitle', { name })}
          action={t('trash.removeAction')}
          danger
          onConfirm={() => removeForGood(workspaceId, entry.id)}
          onClose={() => setAsking(null)}
        >
          <p>{t('trash.removeText')}</p>
        </ConfirmDialog>
      )}
    </li>
  )
}

/** Something else is where it was: under which path shall it come back? */
function Elsewhere({ entry, onClose }: { entry: TrashEntry; onClose: () => void }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const [path, setPath] = useState(entry.path)
  const wanted = path.trim()
  return (
    <ConfirmDialog
      title={t('trash.takenTitle', { name: nameOf(entry.path) })}
      action={t('trash.restoreAction')}
      disabled={wanted === '' || wanted === entry.path}
      onConfirm={() => restoreEntry(workspaceId, entry, wanted)}
      onClose={onClose}
    >
      <Field label={t('trash.takenLabel')}>
        {(attributes) => <Input {...attributes} value={path} onChange={(event) => setPath(event.target.value)} />}
      </Field>
    </ConfirmDialog>
  )
}
