import { KeyOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Time } from '@/ui/Time'
import { KeyDialog } from './KeyDialog'
import styles from './KeysPanel.module.css'
import { keysQuery } from './queries'
import { RevokeDialog } from './RevokeDialog'

/** The keys with which programs call the gateway in this person's name. */
export function KeysPanel({ exampleModel }: { exampleModel: string | null }) {
  const { t } = useTranslation('settings')
  const keys = useQuery(keysQuery)
  const [creating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setCreating(true)}>
      {t('keys.create')}
    </Button>
  )
  const items = keys.data?.items ?? []
  return (
    <Page title={t('keys.title')} text={t('keys.text')} actions={items.length > 0 && add}>
      {keys.isPending && <Skeleton active />}
      {keys.isError && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isSuccess && items.length === 0 && (
        <EmptyState icon={<KeyOutlined aria-hidden="true" />} title={t('keys.emptyTitle')} text={t('keys.emptyText')}>
          {add}
        </EmptyState>
      )}
      {items.length > 0 && <KeyTable keys={items} onRevoke={setRevoking} />}
      {creating && <KeyDialog exampleModel={exampleModel} onClose={() => setCreating(false)} />}
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

function KeyTable({ keys, onRevoke }: { keys: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const { t } = useTranslation('settings')
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t('keys.name')}</th>
          <th>{t('keys.key')}</th>
          <th>{t('keys.created')}</th>
          <th>{t('keys.used')}</th>
          <th>
            <span className="visually-hidden">{t('keys.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <td className={styles.name}>{key.name}</td>
            <td data-label={t('keys.key')}>
              <code>{key.prefix}…</code>
            </td>
            <td data-label={t('keys.created')}>
              <Time at={key.created_at} />
            </td>
            <td data-label={t('keys.used')}>
              {key.last_used_at ? <Time at={key.last_used_at} withClock /> : t('keys.never')}
            </td>
            <td className={styles.action}>
              <Button
                size="small"
                danger
                aria-label={t('keys.revokeOf', { name: key.name })}
                onClick={() => onRevoke(key)}
              >
                {t('keys.revoke')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
