import { FileAddOutlined, FolderAddOutlined, InboxOutlined, UploadOutlined } from '@ant-design/icons'
import { type ChangeEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Dropped, fromDrop, fromInput } from '@/ui/dropped'
import { useErrorText } from '@/ui/errorText'
import { IconButton } from '@/ui/IconButton'
import { MenuButton } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { useDesk } from '../desk/DeskProvider'
import { uploadsOf } from '../uploads/uploads'
import styles from './FilesPanel.module.css'
import { FileTree } from './FileTree'
import { PathDialog } from './PathDialog'
import { useDropTarget } from './TreeRow'
import { useTree } from './tree'
import { useEntryActions } from './useEntryActions'

/** The tree with what makes something new above it; files can be dropped anywhere on it. */
export function FilesPanel({ onLeave }: { onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const actions = useEntryActions()
  const words = useErrorText()
  const { folders } = useTree(workspaceId)
  const chooser = useChooser((folder, dropped) => send(folder, Promise.resolve(dropped)))
  const send = (folder: string, reading: Promise<Dropped>) => {
    reading
      .then((dropped) => uploadsOf(workspaceId).add(folder, dropped))
      .catch((thrown: unknown) => toast(words(thrown)))
  }
  const dropFiles = (folder: string, transfer: DataTransfer) => send(folder, fromDrop(transfer))
  const target = useDropTarget('', actions.moveInto, dropFiles)
  const uploads = [
    { key: 'files', label: t('uploadFiles'), onPick: () => chooser.choose('') },
    { key: 'folder', label: t('uploadFolder'), onPick: chooser.chooseFolder },
  ]
  return (
    <div className={styles.panel} data-drop={target.isOver || undefined} {...target.events}>
      <div className={styles.tools}>
        <IconButton
          label={t('newFile')}
          icon={<FileAddOutlined />}
          tip="below"
          onClick={() => actions.ask({ kind: 'newFile', folder: '' })}
        />
        <IconButton
          label={t('newFolder')}
          icon={<FolderAddOutlined />}
          tip="below"
          onClick={() => actions.ask({ kind: 'newFolder', folder: '' })}
        />
        <MenuButton label={t('upload')} entries={uploads} className={styles.upload}>
          <UploadOutlined aria-hidden="true" /> {t('upload')}
        </MenuButton>
      </div>
      {chooser.inputs}
      <div className={styles.scroller}>
        <FileTree actions={actions} onUpload={chooser.choose} onDropFiles={dropFiles} onLeave={onLeave} />
        {folders.get('')?.entries.length === 0 && (
          <div className={styles.empty}>
            <InboxOutlined aria-hidden="true" />
            <p>{t('dropHere')}</p>
          </div>
        )}
      </div>
      {actions.asked && <PathDialog asked={actions.asked} actions={actions} />}
    </div>
  )
}

/** The browser's own dialogs for choosing files, and where what was chosen goes. */
function useChooser(onChosen: (folder: string, dropped: Dropped) => void) {
  const { t } = useTranslation('workspaces')
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const target = useRef('')
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const list = event.target.files
    if (list && list.length > 0) onChosen(target.current, fromInput(list))
    event.target.value = ''
  }
  return {
    choose: (into: string) => {
      target.current = into
      files.current?.click()
    },
    chooseFolder: () => {
      target.current = ''
      folder.current?.click()
    },
    inputs: (
      <>
        <input ref={files} type="file" multiple hidden aria-label={t('uploadFiles')} onChange={take} />
        <input ref={folder} type="file" webkitdirectory="" hidden aria-label={t('uploadFolder')} onChange={take} />
      </>
    ),
  }
}
