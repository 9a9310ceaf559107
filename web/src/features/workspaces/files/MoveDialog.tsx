import { ArrowUpOutlined, FolderOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { useDesk } from '../desk/DeskProvider'
import { nameOf, parentOf } from '../paths'
import styles from './BatchDialogs.module.css'
import { folderQuery } from './queries'
import { movesInto } from './selection'

interface MoveDialogProps {
  paths: string[]
  onMove: (folder: string) => Promise<void>
  onClose: () => void
}

/** Asks for the folder that all of these go to: typed, or looked for below. */
export function MoveDialog({ paths, onMove, onClose }: MoveDialogProps) {
  const { t } = useTranslation('workspaces')
  const [typed, setTyped] = useState('')
  const folder = typed.trim().replace(/^\/+|\/+$/g, '')
  return (
    <ConfirmDialog
      title={t('batch.moveTitle', { count: paths.length })}
      action={t('batch.moveAction')}
      disabled={movesInto(paths, folder).length === 0}
      onConfirm={() => onMove(folder)}
      onClose={onClose}
    >
      <Field label={t('batch.folder')} hint={t('batch.folderHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            data-autofocus
            value={typed}
            placeholder={t('top')}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <Folders folder={folder} leftOut={paths} onChoose={setTyped} />
    </ConfirmDialog>
  )
}

/** The folders in one, to go on from; what is to be moved can't be gone into. */
function Folders({
  folder,
  leftOut,
  onChoose,
}: {
  folder: string
  leftOut: string[]
  onChoose: (path: string) => void
}) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const { data, isError } = useQuery({
    ...folderQuery(workspaceId, folder, 2),
    placeholderData: undefined,
    retry: false,
  })
  const entries = data?.entries.filter(({ kind, path }) => kind === 'folder' && !leftOut.includes(path)) ?? []
  return (
    <ul className={styles.folders} aria-label={t('batch.folders', { folder: folder || t('top') })}>
      {folder !== '' && (
        <li>
          <button type="button" onClick={() => onChoose(parentOf(folder))}>
            <ArrowUpOutlined aria-hidden="true" /> {t('batch.up')}
          </button>
        </li>
      )}
      {entries.map(({ path }) => (
        <li key={path}>
          <button type="button" onClick={() => onChoose(path)}>
            <FolderOutlined aria-hidden="true" /> {nameOf(path)}
          </button>
        </li>
      ))}
      {isError && <li className={styles.none}>{t('batch.newFolder')}</li>}
      {data && entries.length === 0 && <li className={styles.none}>{t('batch.noFolders')}</li>}
    </ul>
  )
}
