import { DeleteOutlined, EditOutlined, MoreOutlined, PoweroffOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { McpServer } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import { changeServer, testServer } from './queries'
import styles from './Servers.module.css'

interface ServerListProps {
  label: string
  servers: McpServer[]
  /** Without these, the servers are only looked at. */
  onEdit?: (server: McpServer) => void
  onRemove?: (server: McpServer) => void
}

const TONES = { ok: 'good', failed: 'bad', untried: 'plain' } as const

/** Tool servers, each with its state and its tools. */
export function ServerList({ label, servers, onEdit, onRemove }: ServerListProps) {
  return (
    <ul className={styles.list} aria-label={label}>
      {servers.map((server) => (
        <li key={server.id} className={styles.server} aria-label={server.name}>
          <Server server={server} />
          {onEdit && onRemove && (
            <Actions server={server} onEdit={() => onEdit(server)} onRemove={() => onRemove(server)} />
          )}
          <Tools server={server} />
        </li>
      ))}
    </ul>
  )
}

function Server({ server }: { server: McpServer }) {
  const { t } = useTranslation('mcp')
  const where = server.url ?? server.command
  return (
    <div className={styles.about}>
      <div className={styles.name}>
        <strong translate="no">{server.name}</strong>
        <Tag>{t(`kind.${server.kind}`)}</Tag>
        {server.is_enabled ? (
          <Tag tone={TONES[server.state]}>{t(`state.${server.state}`)}</Tag>
        ) : (
          <Tag tone="warn">{t('off')}</Tag>
        )}
        {server.has_network && <Tag tone="warn">{t('networked')}</Tag>}
        {server.is_private && <Tag>{t('private')}</Tag>}
      </div>
      {where && (
        <code className={styles.where} translate="no">
          {where}
        </code>
      )}
      {server.is_enabled && server.reason !== '' && <p className={styles.reason}>{server.reason}</p>}
      {server.checked_at && (
        <p className={styles.soft}>
          {t('checked')} <Ago at={server.checked_at} />
        </p>
      )}
    </div>
  )
}

function Actions({ server, onEdit, onRemove }: { server: McpServer; onEdit: () => void; onRemove: () => void }) {
  const { t } = useTranslation('mcp')
  const test = useMutation({ mutationFn: () => testServer(server.id) })
  const turn = useMutation({ mutationFn: () => changeServer(server.id, { is_enabled: !server.is_enabled }) })
  const entries = [
    { key: 'edit', label: t('edit'), icon: <EditOutlined aria-hidden="true" />, onPick: onEdit },
    {
      key: 'turn',
      label: t(server.is_enabled ? 'turnOff' : 'turnOn'),
      icon: <PoweroffOutlined aria-hidden="true" />,
      onPick: () => turn.mutate(),
    },
    {
      key: 'remove',
      label: t('remove'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: onRemove,
    },
  ]
  return (
    <>
      <div className={styles.actions}>
        <Button loading={test.isPending} onClick={() => test.mutate()}>
          {t('test')}
        </Button>
        <MenuButton label={t('menuOf', { name: server.name })} entries={entries}>
          <MoreOutlined aria-hidden="true" />
        </MenuButton>
      </div>
      {(test.isError || turn.isError) && (
        <div className={styles.whole}>
          <ErrorNotice error={test.error ?? turn.error} />
        </div>
      )}
    </>
  )
}

function Tools({ server }: { server: McpServer }) {
  const { t } = useTranslation('mcp')
  if (server.tools.length === 0) return null
  return (
    <details className={styles.whole}>
      <summary>{t('tools', { count: server.tools.length })}</summary>
      <ul className={styles.tools}>
        {server.tools.map((tool) => (
          <li key={tool.name}>
            <code translate="no">{`${server.name}_${tool.name}`}</code>
            {tool.is_read_only && <Tag>{t('reads')}</Tag>}
            <p className={styles.soft}>{tool.description || tool.title}</p>
          </li>
        ))}
      </ul>
    </details>
  )
}
