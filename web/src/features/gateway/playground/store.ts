/** One person's playground in this tab: it goes on while other pages are open, and ends when somebody else is in. */
import { auth } from '@/api/auth'
import { type Draft, newDraft } from './draft'
import { requestOf } from './request'
import { type Run, startRun } from './run'
import { type Kept, keep, readKept } from './storage'

const KEEP_AFTER_MS = 250

export class Playground {
  private now: Kept
  private readonly stoppers = new Map<string, AbortController>()
  private readonly listeners = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(readonly userId: string) {
    this.now = readKept(userId)
    addEventListener('pagehide', this.keepNow)
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  snapshot = (): Kept => this.now

  change(change: (draft: Draft) => Draft): void {
    this.become({ ...this.now, draft: change(this.now.draft) })
  }

  /** Ask in these columns anew; the draft must be without problems. */
  run(columns: string[]): void {
    for (const id of columns) {
      this.stop([id])
      void this.runOne(id)
    }
  }

  stop(columns: string[]): void {
    for (const id of columns) this.stoppers.get(id)?.abort()
  }

  removeColumn(id: string): void {
    this.stop([id])
    this.stoppers.delete(id)
    const { [id]: _removed, ...runs } = this.now.runs
    const columns = this.now.draft.columns.filter((column) => column.id !== id)
    this.become({ draft: { ...this.now.draft, columns }, runs })
  }

  /** Begin anew; gives a way back. */
  reset(): () => void {
    const before = this.now
    this.end()
    this.become({ draft: newDraft(), runs: {} })
    return () => this.become({ ...before, runs: settledRuns(before.runs) })
  }

  /** Stop everything that is running. */
  end(): void {
    this.stop([...this.stoppers.keys()])
    this.stoppers.clear()
  }

  /** Nothing of it is in this tab any more. */
  leave(): void {
    this.end()
    this.keepNow()
    removeEventListener('pagehide', this.keepNow)
  }

  private async runOne(id: string): Promise<void> {
    const column = this.now.draft.columns.find((one) => one.id === id)
    if (!column) return
    const mine = new AbortController()
    this.stoppers.set(id, mine)
    const show = (run: Run) => {
      if (this.stoppers.get(id) === mine) this.become({ ...this.now, runs: { ...this.now.runs, [id]: run } })
    }
    await startRun(requestOf(this.now.draft, column.model), show, mine.signal)
  }

  private become(next: Kept): void {
    this.now = next
    for (const listener of this.listeners) listener()
    this.timer ??= setTimeout(this.keepSoon, KEEP_AFTER_MS)
  }

  /** What is still growing is kept when it has ended. */
  private keepSoon = (): void => {
    this.timer = undefined
    if (!Object.values(this.now.runs).some((run) => run.status === 'running')) keep(this.userId, this.now)
  }

  private keepNow = (): void => {
    clearTimeout(this.timer)
    this.timer = undefined
    keep(this.userId, this.now)
  }
}

function settledRuns(runs: Kept['runs']): Kept['runs'] {
  const end = (run: Run): Run => (run.status === 'running' ? { ...run, status: 'stopped' } : run)
  return Object.fromEntries(Object.entries(runs).map(([id, run]) => [id, end(run)]))
}

let open: Playground | null = null

/** The playground of whoever is signed in. */
export function playgroundOf(userId: string): Playground {
  if (open?.userId === userId) return open
  open?.leave()
  open = new Playground(userId)
  return open
}

// Who signs out takes the running calls along.
auth.subscribe(() => {
  if (open && auth.current?.user.id !== open.userId) {
    open.leave()
    open = null
  }
})
