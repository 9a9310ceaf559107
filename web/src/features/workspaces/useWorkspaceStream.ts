/** Keeps what is shown of one workspace true to its stream. */
import { useEffect } from 'react'
import { queryClient } from '@/api/queryClient'
import { realtime } from '@/api/realtime/line'
import { readAgain, readAllAgain } from './files/queries'
import { readListAgain, workspaceQuery } from './queries'

/** Read anew what somebody has changed: another tab, an agent, a program. */
export function useWorkspaceStream(id: string): void {
  useEffect(() => {
    let isFirst = true
    return realtime.follow(`workspace.${id}`, {
      onSnapshot() {
        if (!isFirst) void readAllAgain(id)
        isFirst = false
      },
      onStartedAnew: () => void readAllAgain(id),
      onEvent({ type, body }) {
        if (type !== 'files.changed') void queryClient.invalidateQueries({ queryKey: workspaceQuery(id).queryKey })
        else if (body.more === true || !Array.isArray(body.paths)) void readAllAgain(id)
        else void readAgain(id, body.paths.map(String))
      },
      onRefused: () => void queryClient.invalidateQueries({ queryKey: workspaceQuery(id).queryKey }),
    })
  }, [id])
}

/** The list follows what other tabs create, rename and delete. */
export function useWorkspacesStream(userId: string | null): void {
  useEffect(() => {
    if (userId === null) return
    return realtime.follow(`user.${userId}`, {
      onSnapshot: () => undefined,
      onStartedAnew: () => void readListAgain(),
      onEvent({ type }) {
        if (type.startsWith('workspace.')) void readListAgain()
      },
    })
  }, [userId])
}
