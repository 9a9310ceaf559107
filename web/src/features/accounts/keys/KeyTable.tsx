import { DeleteOutlined, EditOutlined, MoreOutlined, SyncOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import { Ago, Time } from '@/ui/Time'
import styles from './KeysPanel.module.css'
import { stateOf } from './wish'

export type KeyWork = 'change' | 'rotate' | 'revoke'

interface KeyTableProps {
  keys: ApiKey[]
  onWork: (kind: KeyWork, key: ApiKey) => void
}

/** One's keys, newest first. */
export function KeyTable({ keys, onWork }: KeyTableProps) {
  const { t } = useTranslation('settings')
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('keys.name'), kind: 'name', render: (key) => <KeyName apiKey={key} /> },
    { key: 'key', title: t('keys.key'), render: (key) => <code className={styles.whole}>{key.prefix}…</code> },
    { key: 'may', title: t('keys.may'), render: (key) => <Scopes apiKey={key} /> },
    {
      key: 'from',
      title: t('keys.from'),
      render: (key) => (key.allowed_addresses.length > 0 ? <Addresses apiKey={key} /> : t('keys.anywhere')),
    },
    { key: 'until', title: t('keys.until'), render: (key) => <Until apiKey={key} /> },
    {
      key: 'used',
      title: t('keys.used'),
      render: (key) => (
        <span className={styles.whole}>{key.last_used_at ? <Ago at={key.last_used_at} /> : t('keys.never')}</span>
      ),
    },
    {
      key: 'actions',
      title: t('keys.actions'),
      kind: 'actions',
      render: (key) => <KeyMenu apiKey={key} onWork={onWork} />,
    },
  ]
  return <DataTable label={t('keys.title')} columns={columns} rows={keys} rowKey={(key) => key.id} />
}

function KeyName({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('settings')
  const rotating = apiKey.former_until && Date.parse(apiKey.former_until) > Date.now()
  return (
    <div className={styles.name}>
      <span translate="no">{apiKey.name}</span>
      {rotating && apiKey.former_until && (
        <span className={styles.hint}>
          {t('keys.formerUntil')} <Time at={apiKey.former_until} withClock />
        </span>
      )}
    </div>
  )
}

function Scopes({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('settings')
  return (
    <span className={styles.tags}>
      {apiKey.scopes.map((scope) => (
        <Tag key={scope} tone={scope === 'write' ? 'accent' : 'plain'}>
          {t(`keys.scopeTag.${scope}`)}
        </Tag>
      ))}
    </span>
  )
}

function Addresses({ apiKey }: { apiKey: ApiKey }) {
  return (
    <span className={styles.tags}>
      {apiKey.allowed_addresses.map((address) => (
        <code key={address}>{address}</code>
      ))}
    </span>
  )
}

function Until({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('settings')
  if (!apiKey.expires_at) return <span className={styles.whole}>{t('keys.expiry.never')}</span>
  const state = stateOf(apiKey, new Date())
  if (state === 'expired') return <Tag tone="warn">{t('keys.expired')}</Tag>
  return state === 'expires' ? (
    <Tag tone="warn">
      <Ago at={apiKey.expires_at} />
    </Tag>
  ) : (
    <Time at={apiKey.expires_at} />
  )
}

function KeyMenu({ apiKey, onWork }: { apiKey: ApiKey; onWork: KeyTableProps['onWork'] }) {
  const { t } = useTranslation('settings')
  const entries = [
    {
      key: 'change',
      label: t('keys.change'),
      icon: <EditOutlined aria-hidden="true" />,
      onPick: () => onWork('change', apiKey),
    },
    {
      key: 'rotate',
      label: t('keys.rotate'),
      icon: <SyncOutlined aria-hidden="true" />,
      onPick: () => onWork('rotate', apiKey),
    },
    {
      key: 'revoke',
      label: t('keys.revoke'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: () => onWork('revoke', apiKey),
    },
  ]
  return (
    <MenuButton label={t('keys.menuOf', { name: apiKey.name })} entries={entries}>
      <MoreOutlined aria-hidden="true" />
    </MenuButton>
  )
}
