import { DeleteOutlined, EditOutlined, MoreOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { PermissionRule } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import { useWorkspaceName } from '../agent/workspaces'
import { askingSessionQuery } from '../permissions/queries'
import { useToolWords } from '../tools/useToolWords'
import { reachOf } from './order'
import styles from './Rules.module.css'

const TONES = { allow: 'good', ask: 'warn', deny: 'bad' } as const

interface RuleTableProps {
  rules: PermissionRule[]
  onEdit: (rule: PermissionRule) => void
  onRemove: (rule: PermissionRule) => void
}

export function RuleTable({ rules, onEdit, onRemove }: RuleTableProps) {
  const { t } = useTranslation('agents')
  const words = useToolWords()
  const columns: Column<PermissionRule>[] = [
    {
      key: 'pattern',
      title: t('rules.pattern'),
      kind: 'name',
      render: ({ pattern }) => (
        <code className={styles.pattern} translate="no">
          {pattern}
        </code>
      ),
    },
    {
      key: 'tool',
      title: t('rules.tool'),
      render: ({ tool }) => (tool === '*' ? t('rules.everyTool') : words(tool)),
    },
    {
      key: 'action',
      title: t('rules.action'),
      render: ({ action }) => <Tag tone={TONES[action]}>{t(`rules.actions.${action}`)}</Tag>,
    },
    { key: 'where', title: t('rules.where'), render: (rule) => <Where rule={rule} /> },
    {
      key: 'actions',
      title: t('rules.menu'),
      kind: 'actions',
      render: (rule) => (
        <MenuButton label={t('rules.menuOf', { pattern: rule.pattern })} entries={entriesOf(rule)}>
          <MoreOutlined aria-hidden="true" />
        </MenuButton>
      ),
    },
  ]
  const entriesOf = (rule: PermissionRule) => [
    { key: 'edit', label: t('rules.edit'), icon: <EditOutlined aria-hidden="true" />, onPick: () => onEdit(rule) },
    {
      key: 'remove',
      label: t('rules.remove'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: () => onRemove(rule),
    },
  ]
  return <DataTable label={t('rules.title')} columns={columns} rows={rules} rowKey={(rule) => rule.id} />
}

function Where({ rule }: { rule: PermissionRule }) {
  const { t } = useTranslation('agents')
  const workspace = useWorkspaceName(rule.workspace_id)
  if (rule.session_id) return <InChat sessionId={rule.session_id} />
  if (workspace) return workspace
  return t(`rules.reach.${reachOf(rule)}`)
}

function InChat({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation('agents')
  const { data: session } = useQuery({ ...askingSessionQuery(sessionId), retry: false })
  return (
    <Link to="/chat/$sessionId" params={{ sessionId }}>
      {session?.title ?? t('rules.reach.session')}
    </Link>
  )
}
