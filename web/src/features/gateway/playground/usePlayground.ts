/** The playground of this person, and what the keyboard does to it. */
import { useEffect, useSyncExternalStore } from 'react'
import type { Column, Draft } from './draft'
import { hasSomething, type Problems, problemsOf } from './problems'
import type { Run } from './run'
import { playgroundOf } from './store'

export interface Bench {
  draft: Draft
  runs: Record<string, Run>
  problems: Problems
  /** Something to ask, and nothing wrong with it. */
  canRun: boolean
  isRunning: boolean
  change: (part: Partial<Draft>) => void
  run: (columns?: Column[]) => void
  stop: (columns?: Column[]) => void
  removeColumn: (id: string) => void
  reset: () => () => void
}

export function usePlayground(userId: string): Bench {
  const playground = playgroundOf(userId)
  const { draft, runs } = useSyncExternalStore(playground.subscribe, playground.snapshot)
  const problems = problemsOf(draft)
  const ids = (columns: Column[]) => columns.map(({ id }) => id)
  return {
    draft,
    runs,
    problems,
    canRun: Object.keys(problems).length === 0 && hasSomething(draft),
    isRunning: draft.columns.some(({ id }) => runs[id]?.status === 'running'),
    change: (part) => playground.change((now) => ({ ...now, ...part })),
    run: (columns = draft.columns) => playground.run(ids(columns)),
    stop: (columns = draft.columns) => playground.stop(ids(columns)),
    removeColumn: (id) => playground.removeColumn(id),
    reset: () => playground.reset(),
  }
}

/** Ctrl or ⌘ with Enter runs, Escape stops; not while an input method composes or a window is open above the page. */
export function useKeys({ canRun, isRunning, run, stop }: Bench): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented || document.querySelector('dialog[open], :popover-open')) return
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && canRun) {
        event.preventDefault()
        run()
      } else if (event.key === 'Escape' && isRunning) stop()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  })
}
