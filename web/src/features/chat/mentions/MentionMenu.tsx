import { FileOutlined, FolderOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client, unwrap } from '@/api/client'
import type { Entry } from '@/api/types'
import { ComposerMenu } from '../ComposerMenu'
import type { BoxMenu } from '../useComposerMenu'

const MOST = 20

interface MentionMenuProps {
  box: BoxMenu
  workspaceId: string
  query: string
  onPick: (path: string) => void
  onClose: () => void
}

/** Files and folders whose paths fit what has been written behind the `@`. */
export function MentionMenu({ box, workspaceId, query, onPick, onClose }: MentionMenuProps) {
  const { t } = useTranslation('attachments')
  const { data: found = [], isPending } = useQuery(entriesQuery(workspaceId, query))
  const entries = found.map(({ path, kind }) => ({
    key: path,
    name: path,
    icon: kind === 'folder' ? <FolderOutlined /> : <FileOutlined />,
    onPick: () => onPick(path),
  }))
  const none = t(isPending ? 'mentionLooking' : query ? 'mentionNone' : 'mentionEmpty')
  return <ComposerMenu key={query} box={box} label={t('mention')} entries={entries} none={none} onClose={onClose} />
}

function entriesQuery(workspaceId: string, query: string) {
  return {
    queryKey: ['workspaces', workspaceId, 'mentions', query],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Entry[]> => {
      const path = { workspace_id: workspaceId }
      const names = { params: { path, query: { query, limit: MOST } }, signal }
      const top = { params: { path, query: { path: '', limit: MOST } }, signal }
      const found = query
        ? await unwrap(client.GET('/api/v1/workspaces/{workspace_id}/names', names))
        : await unwrap(client.GET('/api/v1/workspaces/{workspace_id}/files', top))
      return found.items
    },
    placeholderData: keepPreviousData,
  }
}
