/** Keeps what waits for this person true to their stream, on every page. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queryClient } from '@/api/queryClient'
import { realtime } from '@/api/realtime/line'
import type { Permission } from '@/api/types'
import { changeWaiting, waitingQuery } from './queries'
import { reduceWaiting } from './waiting'

const NOTHING: Permission[] = []

export function useWaiting(): Permission[] {
  return useQuery(waitingQuery).data ?? NOTHING
}

export function useWaitingStream(userId: string): void {
  useEffect(() => {
    const readAgain = () => void queryClient.invalidateQueries({ queryKey: waitingQuery.queryKey })
    return realtime.follow(`user.${userId}`, {
      onSnapshot: readAgain,
      onStartedAnew: readAgain,
      onEvent: (event) => changeWaiting((waiting) => reduceWaiting(waiting, event)),
    })
  }, [userId])
}
