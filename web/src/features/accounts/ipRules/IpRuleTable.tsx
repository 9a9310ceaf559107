import { DeleteOutlined, EditOutlined, MoreOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { IpRule } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { useFormat } from '@/ui/format'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import { Ago, Time } from '@/ui/Time'

interface IpRuleTableProps {
  rules: IpRule[]
  onEdit: (rule: IpRule) => void
  onDelete: (rule: IpRule) => void
}

export function IpRuleTable({ rules, onEdit, onDelete }: IpRuleTableProps) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const columns: Column<IpRule>[] = [
    { key: 'network', title: t('ipRules.network'), kind: 'name', render: ({ network }) => <code>{network}</code> },
    {
      key: 'kind',
      title: t('ipRules.kind'),
      render: ({ kind }) => <Tag tone={kind === 'deny' ? 'bad' : 'good'}>{t(`ipRules.kinds.${kind}`)}</Tag>,
    },
    { key: 'reason', title: t('ipRules.reason'), render: ({ reason }) => reason || '–' },
    { key: 'expires', title: t('ipRules.expires'), render: (rule) => <Expiry rule={rule} /> },
    { key: 'hits', title: t('ipRules.hits'), kind: 'number', render: ({ hits }) => format.count(hits) },
    {
      key: 'last',
      title: t('ipRules.lastAttempt'),
      render: ({ last_attempt_at }) => (last_attempt_at ? <Ago at={last_attempt_at} /> : '–'),
    },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (rule) => (
        <MenuButton label={t('menuOf', { name: rule.network })} entries={entriesOf(rule)}>
          <MoreOutlined aria-hidden="true" />
        </MenuButton>
      ),
    },
  ]
  const entriesOf = (rule: IpRule) => [
    { key: 'edit', label: t('edit'), icon: <EditOutlined aria-hidden="true" />, onPick: () => onEdit(rule) },
    {
      key: 'delete',
      label: t('ipRules.delete'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: () => onDelete(rule),
    },
  ]
  return <DataTable label={t('ipRules.title')} columns={columns} rows={rules} rowKey={(rule) => rule.id} />
}

function Expiry({ rule }: { rule: IpRule }) {
  const { t } = useTranslation('admin')
  if (!rule.expires_at) return t('ipRules.never')
  return rule.is_expired ? <Tag>{t('ipRules.expired')}</Tag> : <Time at={rule.expires_at} withClock />
}
