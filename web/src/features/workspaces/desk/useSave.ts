/** Saving the text in front; who wrote meanwhile is not overwritten. */
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import { queryClient } from '@/api/queryClient'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { fileQuery, readFile, writeText } from '../files/queries'
import { nameOf } from '../paths'
import { useDesk } from './DeskProvider'
import type { DeskStore } from './desks'

export function useSave(path: string, onConflict: () => void) {
  const { t } = useTranslation('workspaces')
  const { workspaceId, store } = useDesk()
  const words = useErrorText()
  return useMutation({
    mutationFn: () => save(workspaceId, store, path),
    onSuccess: (isSaved) => {
      if (isSaved) return
      toast(t('conflict.refused', { name: nameOf(path) }))
      onConflict()
    },
    onError: (thrown) => toast(words(thrown)),
  })
}

/** Whether it was saved; if not, somebody else's text is here to compare with. */
async function save(workspaceId: string, store: DeskStore, path: string): Promise<boolean> {
  const tab = store.snapshot().tabs.find((one) => one.path === path)
  if (!tab?.base) return true
  const { queryKey } = fileQuery(workspaceId, path)
  const { base, text, isGone } = tab
  // An older answer that arrives after this would bring the old text back.
  await queryClient.cancelQueries({ queryKey })
  try {
    const { etag, size } = await writeText(workspaceId, path, text, isGone ? null : base)
    const saved = { text, etag, encoding: isGone ? ('utf-8' as const) : base.encoding }
    queryClient.setQueryData(queryKey, (before) => ({
      path,
      media_type: 'text/plain',
      reason: null,
      ...before,
      ...saved,
      size,
      modified_at: new Date().toISOString(),
    }))
    store.dispatch({ kind: 'saved', path, saved })
    void queryClient.invalidateQueries({ queryKey: ['workspaces', workspaceId, 'versions', path] })
    return true
  } catch (thrown) {
    if (asApiError(thrown).status !== 412) throw thrown
    await readTheirs(workspaceId, store, path)
    return false
  }
}

async function readTheirs(workspaceId: string, store: DeskStore, path: string): Promise<void> {
  try {
    const file = await readFile(workspaceId, path)
    queryClient.setQueryData(fileQuery(workspaceId, path).queryKey, file)
    if (file.text === null) return
    store.dispatch({ kind: 'read', path, saved: { text: file.text, etag: file.etag, encoding: file.encoding } })
  } catch (thrown) {
    if (asApiError(thrown).status !== 404) throw thrown
    store.dispatch({ kind: 'gone', path })
  }
}
