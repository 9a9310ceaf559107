import {
  CheckSquareOutlined,
  FileAddOutlined,
  FolderAddOutlined,
  InboxOutlined,
  UploadOutlined,
} from '@ant-design/icons'
import { type ChangeEvent, lazy, Suspense, useRef } from 'react'
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
import { whyNotInto } from './rows'
import { SelectionBar } from './SelectionBar'
import { outermost } from './selection'
import { useDropTarget } from './TreeRow'
import { useTree } from './tree'
import { type BatchActions, useBatchActions } from './useBatchActions'
import { useEntryActions } from './useEntryActions'
import { useSelection } from './useSelection'

const MoveDialog = lazy(async () => ({ default: (await import('./MoveDialog')).MoveDialog }))
const ReportDialog = lazy(async () => ({ default: (await import('./ReportDialog')).ReportDialog }))

/** The tree with what makes something new above it; files can be dropped anywhere on it. */
export function FilesPanel({ onLeave }: { onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const actions = useEntryActions()
  const batch = useBatchActions()
  const selection = useSelection()
  const panel = useRef<HTMLDivElement>(null)
  const words = useErrorText()
  const { folders } = useTree(workspaceId)
  const chooser = useChooser((folder, dropped) => send(folder, Promise.resolve(dropped)))
  const send = (folder: string, reading: Promise<Dropped>) => {
    reading
      .then((dropped) => uploadsOf(workspaceId).add(folder, dropped))
      .catch((thrown: unknown) => toast(words(thrown)))
  }
  const dropFiles = (folder: string, transfer: DataTransfer) => send(folder, fromDrop(transfer))
  const moveInto = (paths: string[], folder: string) => {
    const [path] = paths
    if (paths.length > 1) void batch.moveInto(paths, folder)
    else if (path !== undefined && whyNotInto(path, folder) === null) actions.moveInto(path, folder)
  }
  const target = useDropTarget('', moveInto, dropFiles)
  // What had the focus is gone with the bar, or with the files.
  const end = () => {
    selection.end()
    panel.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus()
  }
  const uploads = [
    { key: 'files', label: t('uploadFiles'), onPick: () => chooser.choose('') },
    { key: 'folder', label: t('uploadFolder'), onPick: chooser.chooseFolder },
  ]
  return (
    <div ref={panel} className={styles.panel} data-drop={target.isOver || undefined} {...target.events}>
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
        <span className={styles.space} />
        <IconButton
          label={t('select.begin')}
          icon={<CheckSquareOutlined />}
          tip="below"
          pressed={selection.isOn}
          onClick={() => (selection.isOn ? selection.end() : selection.begin())}
        />
      </div>
      {chooser.inputs}
      <div className={styles.scroller}>
        <FileTree
          actions={actions}
          batch={batch}
          selection={selection}
          onMoveInto={moveInto}
          onUpload={chooser.choose}
          onDropFiles={dropFiles}
          onLeave={onLeave}
        />
        {folders.get('')?.entries.length === 0 && (
          <div className={styles.empty}>
            <InboxOutlined aria-hidden="true" />
            <p>{t('dropHere')}</p>
          </div>
        )}
      </div>
      {(selection.isOn || selection.paths.length > 0) && (
        <SelectionBar
          count={selection.paths.length}
          onAll={selection.chooseAll}
          onDownload={() => batch.download(selection.paths)}
          onMove={() => batch.askMove(outermost(selection.paths))}
          onRemove={() => void batch.remove(selection.paths).then(end)}
          onClose={end}
        />
      )}
      {actions.asked && <PathDialog asked={actions.asked} actions={actions} />}
      <BatchDialogs batch={batch} />
    </div>
  )
}

function BatchDialogs({ batch }: { batch: BatchActions }) {
  const { moving, report } = batch
  return (
    <Suspense>
      {moving && (
        <MoveDialog
          paths={moving}
          onMove={(folder) => batch.moveInto(moving, folder)}
          onClose={() => batch.askMove(null)}
        />
      )}
      {report && <ReportDialog report={report} onClose={batch.closeReport} />}
    </Suspense>
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
