import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Switch } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { McpServer, Session } from '@/api/types'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { changeSession, sessionQuery } from '../queries'
import styles from './ToolServers.module.css'
import { toolServersQuery } from './toolServers'

/** Which tool servers a session's agent may use. */
export function ToolServersDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation('sessions')
  const servers = useQuery(toolServersQuery)
  const { data: view } = useQuery(sessionQuery(session.id))
  const { servers_off, workspace_id } = view?.session ?? session
  const off = servers_off ?? []
  const turn = useMutation({
    mutationFn: ({ id }: McpServer) =>
      changeSession(session.id, { servers_off: off.includes(id) ? off.filter((one) => one !== id) : [...off, id] }),
  })
  return (
    <Dialog title={t('tools.title')} onClose={onClose}>
      <p className={styles.text}>{t('tools.text')}</p>
      {servers.isPending && <Skeleton title={false} rows={2} />}
      {servers.isError && <ErrorNotice error={servers.error} onRetry={() => void servers.refetch()} />}
      <ul className={styles.list}>
        {servers.data?.map((server) => (
          <Server
            key={server.id}
            server={server}
            isOn={!off.includes(server.id)}
            lacksFiles={server.kind === 'stdio' && workspace_id === null}
            onTurn={() => turn.mutate(server)}
          />
        ))}
      </ul>
      {servers.data?.length === 0 && <p>{t('tools.none')}</p>}
      {turn.isError && <ErrorNotice error={turn.error} />}
      <Link to="/settings/tools" onClick={onClose}>
        {t('tools.settings')}
      </Link>
    </Dialog>
  )
}

interface ServerProps {
  server: McpServer
  isOn: boolean
  lacksFiles: boolean
  onTurn: () => void
}

function Server({ server, isOn, lacksFiles, onTurn }: ServerProps) {
  const { t } = useTranslation('sessions')
  const id = useId()
  const { name, scope, state, reason } = server
  return (
    <li className={styles.server}>
      <Switch id={id} checked={isOn} onChange={onTurn} />
      <label htmlFor={id}>
        <span translate="no">{name}</span>
        <span className={styles.soft}>
          {t(`tools.${scope}`)}
          {lacksFiles && ` · ${t('tools.workspaceNeeded')}`}
          {state === 'failed' && ` · ${reason ? t('tools.failedBecause', { reason }) : t('tools.failed')}`}
        </span>
      </label>
    </li>
  )
}
