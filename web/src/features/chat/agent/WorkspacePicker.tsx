import { DownOutlined, FolderOpenOutlined, FolderOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MenuButton } from '@/ui/MenuButton'
import { NewWorkspaceDialog } from '../onDemand'
import styles from './Agent.module.css'
import { choicesQuery } from './workspaces'

interface WorkspacePickerProps {
  value: string | null
  onPick: (workspaceId: string | null) => void
}

/** Whose files the agent works on; without a workspace it only talks. */
export function WorkspacePicker({ value, onPick }: WorkspacePickerProps) {
  const { t } = useTranslation('agents')
  const { data: workspaces = [], isSuccess } = useQuery(choicesQuery)
  const [making, setMaking] = useState(false)
  const navigate = useNavigate()
  const chosen = workspaces.find((workspace) => workspace.id === value)
  const unknown = value !== null && isSuccess ? t('workspace.gone') : '…'
  const name = value === null ? t('workspace.none') : (chosen?.name ?? unknown)
  const entries = [
    {
      key: 'none',
      label: (
        <span className={styles.mode}>
          <span>{t('workspace.none')}</span>
          <span className={styles.explained}>{t('workspace.noneText')}</span>
        </span>
      ),
      chosen: value === null,
      onPick: () => onPick(null),
    },
    ...workspaces.map((workspace) => ({
      key: workspace.id,
      label: workspace.name,
      chosen: workspace.id === value,
      onPick: () => onPick(workspace.id),
    })),
    ...(chosen
      ? [
          {
            key: 'files',
            label: t('workspace.files', { name }),
            icon: <FolderOpenOutlined />,
            onPick: () => void navigate({ to: '/workspaces/$workspaceId', params: { workspaceId: chosen.id } }),
          },
        ]
      : []),
    { key: 'new', label: t('workspace.make'), icon: <PlusOutlined />, onPick: () => setMaking(true) },
  ]
  return (
    <>
      <MenuButton label={t('workspace.pick', { name })} entries={entries} className={styles.picker}>
        <FolderOutlined aria-hidden="true" />
        <span className={styles.chosen}>{name}</span>
        <DownOutlined className={styles.arrow} aria-hidden="true" />
      </MenuButton>
      {making && <NewWorkspaceDialog onMade={onPick} onClose={() => setMaking(false)} />}
    </>
  )
}
