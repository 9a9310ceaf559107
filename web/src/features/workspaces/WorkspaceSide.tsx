import {
  ArrowLeftOutlined,
  BulbOutlined,
  DownloadOutlined,
  EditOutlined,
  MoreOutlined,
  SyncOutlined,
} from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workspace } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { useFormat } from '@/ui/format'
import { MenuButton } from '@/ui/MenuButton'
import { Progress } from '@/ui/Progress'
import { Segments } from '@/ui/Segments'
import { toast } from '@/ui/toast'
import { useDesk } from './desk/DeskProvider'
import { downloadZip } from './files/download'
import { FilesPanel } from './files/FilesPanel'
import { readAllAgain } from './files/queries'
import { NameDialog } from './list/NameDialog'
import { lookAgain, renameWorkspace, usageQuery, workspaceQuery } from './queries'
import { SearchPanel } from './search/SearchPanel'
import { SkillsDialog } from './skills/SkillsDialog'
import { TrashPanel } from './trash/TrashPanel'
import { UploadList } from './uploads/UploadList'
import styles from './WorkspaceSide.module.css'

type Panel = 'files' | 'search' | 'trash'

/** The side bar of one workspace: its files, a search in them, what was deleted; what is on its way in, and the quota. */
export function WorkspaceSide({ onLeave }: { onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const { data: workspace } = useQuery(workspaceQuery(workspaceId))
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const panel: Panel = search.panel === 'search' || search.panel === 'trash' ? search.panel : 'files'
  const choose = (next: Panel) =>
    void navigate({
      to: '/workspaces/$workspaceId',
      params: { workspaceId },
      search: (before) => ({ ...before, panel: next === 'files' ? undefined : next }),
      replace: true,
    })
  if (!workspace) return <div className={styles.side} />
  return (
    <div className={styles.side}>
      <Head workspace={workspace} onLeave={onLeave} />
      <div className={styles.panels}>
        <Segments
          label={t('panel.label')}
          value={panel}
          options={(['files', 'search', 'trash'] as const).map((value) => ({ value, label: t(`panel.${value}`) }))}
          onChange={choose}
        />
      </div>
      {panel === 'files' && <FilesPanel onLeave={onLeave} />}
      {panel === 'search' && <SearchPanel onLeave={onLeave} />}
      {panel === 'trash' && <TrashPanel />}
      <UploadList workspaceId={workspaceId} />
      <Use workspaceId={workspaceId} />
    </div>
  )
}

function Head({ workspace, onLeave }: { workspace: Workspace; onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('workspaces')
  const words = useErrorText()
  const { open } = useDesk()
  const [renaming, setRenaming] = useState(false)
  const [learning, setLearning] = useState(false)
  const { id, name } = workspace
  const say = (thrown: unknown) => toast(words(thrown))
  const look = async () => {
    await lookAgain(id)
    await readAllAgain(id)
  }
  const entries = [
    { key: 'rename', label: t('rename'), icon: <EditOutlined />, onPick: () => setRenaming(true) },
    {
      key: 'zip',
      label: t('downloadAll'),
      icon: <DownloadOutlined />,
      onPick: () => void downloadZip(id, '', name).catch(say),
    },
    { key: 'skills', label: t('skills.menu'), icon: <BulbOutlined />, onPick: () => setLearning(true) },
    { key: 'look', label: t('lookAgain'), icon: <SyncOutlined />, onPick: () => void look().catch(say) },
  ]
  return (
    <header className={styles.head}>
      <Link
        to="/workspaces"
        className={styles.back}
        aria-label={t('back')}
        data-tip={t('back')}
        data-tip-side="right"
        onClick={onLeave}
      >
        <ArrowLeftOutlined aria-hidden="true" />
      </Link>
      <h2 className={styles.name} title={name}>
        {name}
      </h2>
      <MenuButton label={t('menuOf', { name })} entries={entries}>
        <MoreOutlined aria-hidden="true" />
      </MenuButton>
      {learning && (
        <SkillsDialog
          workspaceId={id}
          onOpen={(path) => {
            open(path)
            onLeave?.()
          }}
          onClose={() => setLearning(false)}
        />
      )}
      {renaming && (
        <NameDialog
          title={t('renameTitle')}
          action={t('renameAction')}
          name={name}
          onName={(wanted) => renameWorkspace(id, wanted)}
          onClose={() => setRenaming(false)}
        />
      )}
    </header>
  )
}

/** From this share on, the bar warns. */
const NEARLY_FULL = 0.9

function Use({ workspaceId }: { workspaceId: string }) {
  const { t } = useTranslation('workspaces')
  const format = useFormat()
  const { data: use } = useQuery(usageQuery(workspaceId))
  if (!use) return null
  const used = use.files_bytes + use.trash_bytes + use.uploads_bytes
  const share = used / use.quota_bytes
  return (
    <footer className={styles.use}>
      <Progress
        label={t('quota.label')}
        share={share}
        tone={share >= 1 ? 'bad' : share > NEARLY_FULL ? 'warn' : 'plain'}
      />
      <p>{t('quota.text', { used: format.bytes(used), quota: format.bytes(use.quota_bytes) })}</p>
    </footer>
  )
}
