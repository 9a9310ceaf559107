import { FileOutlined, FolderOutlined } from '@ant-design/icons'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useImperativeHandle, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, unwrap } from '@/api/client'
import type { Entry } from '@/api/types'
import styles from './MentionMenu.module.css'
import type { MenuKeys } from './useMentions'

const MOST = 20

interface MentionMenuProps {
  id: string
  workspaceId: string
  query: string
  keys: RefObject<MenuKeys | null>
  /** The id of the entry that Enter would take. */
  onActive: (id: string | undefined) => void
  onPick: (path: string) => void
}

/** Files and folders whose paths fit what has been written behind the `@`. */
export function MentionMenu({ id, workspaceId, query, keys, onActive, onPick }: MentionMenuProps) {
  const { t } = useTranslation('attachments')
  const { data: entries = [], isPending } = useQuery(entriesQuery(workspaceId, query))
  const [wanted, setWanted] = useState(0)
  const at = Math.min(wanted, entries.length - 1)
  const option = (place: number) => `${id}-${place}`
  const active = at >= 0 ? option(at) : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query begins at the top
  useEffect(() => setWanted(0), [query])
  useEffect(() => {
    onActive(active)
    if (active) document.getElementById(active)?.scrollIntoView({ block: 'nearest' })
  }, [active, onActive])
  useImperativeHandle(
    keys,
    (): MenuKeys => (event) => {
      const entry = entries[at]
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!entry || event.shiftKey) return false
      if (step) setWanted((at + step + entries.length) % entries.length)
      else if (event.key === 'Enter' || event.key === 'Tab') onPick(entry.path)
      else return false
      event.preventDefault()
      return true
    },
  )
  return (
    <div id={id} className={styles.menu} role="listbox" aria-label={t('mention')}>
      {entries.map((entry, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text box keeps the focus and the keys
        <div
          key={entry.path}
          id={option(place)}
          role="option"
          tabIndex={-1}
          aria-selected={place === at}
          className={styles.entry}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(entry.path)}
        >
          {entry.kind === 'folder' ? <FolderOutlined aria-hidden="true" /> : <FileOutlined aria-hidden="true" />}
          <span className={styles.path}>{entry.path}</span>
        </div>
      ))}
      {entries.length === 0 && (
        <div role="option" aria-selected={false} aria-disabled="true" tabIndex={-1} className={styles.none}>
          {t(isPending ? 'mentionLooking' : query ? 'mentionNone' : 'mentionEmpty')}
        </div>
      )}
    </div>
  )
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
