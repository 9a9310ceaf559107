/** Which folders of each workspace are open in this tab, and how far long ones were read. */
import { useQueries } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { folderQuery } from './queries'
import type { Folder } from './rows'

interface Tree {
  open: ReadonlySet<string>
  pages: ReadonlyMap<string, number>
}

const EMPTY: Tree = { open: new Set(), pages: new Map() }
const trees = new Map<string, Tree>()
const listeners = new Set<() => void>()

function change(id: string, next: Tree): void {
  trees.set(id, next)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function treeOf(id: string): Tree {
  return trees.get(id) ?? EMPTY
}

export function openFolders(id: string, paths: string[]): void {
  const { open, pages } = treeOf(id)
  if (paths.some((path) => !open.has(path))) change(id, { open: new Set([...open, ...paths]), pages })
}

export function closeFolder(id: string, path: string): void {
  const { open, pages } = treeOf(id)
  change(id, { open: new Set([...open].filter((one) => one !== path)), pages })
}

export function closeAllFolders(id: string): void {
  change(id, EMPTY)
}

export function readFurther(id: string, path: string): void {
  const { open, pages } = treeOf(id)
  change(id, { open, pages: new Map(pages).set(path, (pages.get(path) ?? 1) + 1) })
}

/** The open folders with what has been read of them, and what went wrong with the outermost. */
export function useTree(id: string) {
  const { open, pages } = useSyncExternalStore(subscribe, () => treeOf(id))
  const paths = ['', ...open]
  return useQueries({
    queries: paths.map((path) => folderQuery(id, path, pages.get(path) ?? 1)),
    combine: (results) => {
      const folders = new Map<string, Folder>()
      for (const [index, { data }] of results.entries()) if (data) folders.set(paths[index] ?? '', data)
      const [root] = results
      return { open, folders, error: root?.data ? null : (root?.error ?? null), retry: () => void root?.refetch() }
    },
  })
}
