/** Keeps what is on the screen true to the server's streams; events are gathered and shown every 50 ms. */
import { useEffect } from 'react'
import { queryClient } from '@/api/queryClient'
import { realtime } from '@/api/realtime/line'
import type { StreamEvent } from '@/api/realtime/protocol'
import { changePages, changeView, readFoldersAgain, readPagesAgain, sessionQuery } from './queries'
import { reduceSessionPages } from './sessionPages'
import { reduceSession, viewFromSnapshot } from './view'

const FLUSH_MS = 50

/** Follow one conversation while it is open; `ready` once there is something for events to change. */
export function useSessionStream(id: string, ready: boolean): void {
  useEffect(() => {
    if (!ready) return
    const key = sessionQuery(id).queryKey
    const gathered = gather((events) => changeView(id, (view) => events.reduce(reduceSession, view)))
    const follow = () =>
      realtime.follow(`chat.session.${id}`, {
        onSnapshot(body) {
          gathered.forget()
          queryClient.setQueryData(key, (view) => viewFromSnapshot(body, view))
        },
        onEvent(event) {
          if (event.type !== 'branch.changed') return gathered.push(event)
          // Another branch is shown: its messages come with a snapshot.
          const before = leave
          leave = follow()
          before()
        },
        onRefused(code) {
          if (code === 'stream_not_found') changeView(id, (view) => ({ ...view, removed: true }))
        },
      })
    let leave = follow()
    return () => {
      leave()
      gathered.flush()
    }
  }, [id, ready])
}

/** Follow everything that happens to this person's sessions. */
export function useUserStream(userId: string | null): void {
  useEffect(() => {
    if (userId === null) return
    const gathered = gather((events) => {
      changePages((pages, filter) => events.reduce((now, event) => reduceSessionPages(now, event, filter), pages))
      const changes = events.filter(({ type }) => type === 'folders.changed')
      if (changes.length > 0) void readFoldersAgain()
      if (changes.some(({ body }) => body.removed)) readPagesAgain()
    })
    const readAgain = () => {
      void readFoldersAgain()
      readPagesAgain()
    }
    const leave = realtime.follow(`user.${userId}`, {
      // Its snapshot holds figures, not the list: what happened before it is in what is read again.
      onSnapshot: readAgain,
      onStartedAnew: readAgain,
      onEvent: gathered.push,
    })
    return () => {
      leave()
      gathered.flush()
    }
  }, [userId])
}

function gather(apply: (events: StreamEvent[]) => void) {
  let waiting: StreamEvent[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const forget = () => {
    clearTimeout(timer)
    timer = undefined
    waiting = []
  }
  const flush = () => {
    const events = waiting
    forget()
    if (events.length > 0) apply(events)
  }
  const push = (event: StreamEvent) => {
    waiting.push(event)
    timer ??= setTimeout(flush, FLUSH_MS)
  }
  return { push, flush, forget }
}
