import { DeleteOutlined, EditOutlined, MoreOutlined, SyncOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ApiKey, Quota } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import { Ago, Time } from '@/ui/Time'
import { KeyLimits } from './KeyLimits'
import styles from './KeysPanel.module.css'
import { stateOf } from './wish'

export type KeyWork = 'change' | 'rotate' | 'revoke'

interface KeyTableProps {
  keys: ApiKey[]
  /** What has been used of those that have a quota. */
  quotas: Quota[]
  /** What can be done with them; rotating shows a secret, which is its owner's alone. */
  works: KeyWork[]
  /** Each has a page of its own. */
  linked?: boolean
  onWork: (kind: KeyWork, key: ApiKey) => void
}

/** One's keys, newest first. */
export function KeyTable({ keys, quotas, works, linked = false, onWork }: KeyTableProps) {
  const { t } = useTranslation('settings')
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('keys.name'), kind: 'name', render: (key) => <KeyName apiKey={key} linked={linked} /> },
    { key: 'key', title: t('keys.key'), render: (key) => <code className={styles.whole}>{key.prefix}…</code> },
    { key: 'may', title: t('keys.may'), render: (key) => <Scopes apiKey={key} /> },
    {
      key: 'limits',
      title: t('keys.limits'),
      render: (key) => <KeyLimits apiKey={key} quota={quotas.find(({ id }) => id === key.id)} />,
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
      render: (key) => <KeyMenu apiKey={key} works={works} onWork={onWork} />,
    },
  ]
  return <DataTable label={t('keys.title')} columns={columns} rows={keys} rowKey={(key) => key.id} />
}

function KeyName({ apiKey, linked }: { apiKey: ApiKey; linked: boolean }) {
  const { t } = useTranslation('settings')
  const rotating = apiKey.former_until && Date.parse(apiKey.former_until) > Date.now()
  return (
    <div className={styles.name}>
      <span translate="no">
        {linked ? (
          <Link to="/settings/keys/$keyId" params={{ keyId: apiKey.id }} className={styles.link}>
            {apiKey.name}
          </Link>
        ) : (
          apiKey.name
        )}
      </span>
      {rotating && apiKey.former_until && (
        <span className={styles.hint}>
          {t('keys.formerUntil')} <Time at={apiKey.former_until} withClock />
        </span>
      )}
    </div>
  )
}

export function Scopes({ apiKey }: { apiKey: ApiKey }) {
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

export function Until({ apiKey }: { apiKey: ApiKey }) {
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

function KeyMenu({ apiKey, works, onWork }: { apiKey: ApiKey } & Pick<KeyTableProps, 'works' | 'onWork'>) {
  const { t } = useTranslation('settings')
  const icons = {
    change: <EditOutlined aria-hidden="true" />,
    rotate: <SyncOutlined aria-hidden="true" />,
    revoke: <DeleteOutlined aria-hidden="true" />,
  }
  const entries = works.map((kind) => ({
    key: kind,
    label: t(`keys.${kind}`),
    icon: icons[kind],
    danger: kind === 'revoke',
    onPick: () => onWork(kind, apiKey),
  }))
  return (
    <MenuButton label={t('keys.menuOf', { name: apiKey.name })} entries={entries}>
      <MoreOutlined aria-hidden="true" />
    </MenuButton>
  )
}
