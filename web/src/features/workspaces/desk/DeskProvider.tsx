import { useQueries } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import { asApiError } from '@/api/errors'
import type { FileText } from '@/api/types'
import { forgetTexts } from '@/ui/editor/texts'
import { fileQuery } from '../files/queries'
import { isPicture } from '../previews/kind'
import { type DeskStore, deskOf } from './desks'
import { type Desk, type DeskAction, isDirty } from './tabs'

export interface DeskPlace {
  workspaceId: string
  desk: Desk
  store: DeskStore
  /** Show a file, at a line if one is given. */
  open: (path: string, line?: number) => void
  /** Change the tabs; the address follows the one in front. */
  act: (action: DeskAction) => void
}

const Context = createContext<DeskPlace | null>(null)

export function useDesk(): DeskPlace {
  const place = useContext(Context)
  if (!place) throw new Error('There is no desk around this.')
  return place
}

interface DeskProviderProps {
  userId: string
  workspaceId: string
  children: ReactNode
}

/** What is open in a workspace, for its side bar and its page. The address names the file in front. */
export function DeskProvider({ userId, workspaceId, children }: DeskProviderProps) {
  const store = deskOf(userId, workspaceId)
  const desk = useSyncExternalStore(store.subscribe, store.snapshot)
  const navigate = useNavigate()
  const { file } = useSearch({ strict: false })
  useEffect(() => {
    if (file) store.dispatch({ kind: 'opened', path: file })
  }, [file, store])
  useFollowing(workspaceId, store, desk)
  useKeeping(store)
  const place = useMemo<DeskPlace>(() => {
    const show = (path: string | null, line?: number) =>
      void navigate({
        to: '/workspaces/$workspaceId',
        params: { workspaceId },
        search: (before) => ({ panel: before.panel, ...(path && { file: path }), ...(line && { line: String(line) }) }),
      })
    return {
      workspaceId,
      store,
      desk,
      open: (path, line) => {
        store.dispatch({ kind: 'opened', path })
        show(path, line)
      },
      act: (action) => {
        const before = store.snapshot()
        const after = store.dispatch(action)
        for (const { path } of before.tabs)
          if (!after.tabs.some((tab) => tab.path === path)) forgetTexts(textId(workspaceId, path))
        if (before.active !== after.active) show(after.active)
      },
    }
  }, [workspaceId, store, desk, navigate])
  return <Context value={place}>{children}</Context>
}

/** The editor's name for a text. */
export function textId(workspaceId: string, path: string): string {
  return `${workspaceId} ${path}`
}

/** Each open file is read, and read again when it has changed; the reducer decides what becomes of that. */
function useFollowing(workspaceId: string, store: DeskStore, desk: Desk): void {
  const paths = desk.tabs.map((tab) => tab.path).filter((path) => !isPicture(path))
  const read = useQueries({
    queries: paths.map((path) => fileQuery(workspaceId, path)),
    combine: (results) => results.map(({ data, error }) => ({ data, error })),
  })
  useEffect(() => {
    for (const [index, { data, error }] of read.entries()) {
      const path = paths[index]
      if (path === undefined) continue
      if (error && asApiError(error).status === 404) store.dispatch({ kind: 'gone', path })
      else if (data && data.text !== null) store.dispatch({ kind: 'read', path, saved: savedOf(data, data.text) })
    }
  })
}

function savedOf(file: FileText, text: string) {
  return { text, etag: file.etag, encoding: file.encoding }
}

/** What is unsaved and too large to keep here is not left without a question. */
function useKeeping(store: DeskStore): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (!store.keep() && store.snapshot().tabs.some(isDirty)) event.preventDefault()
    }
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [store])
}
