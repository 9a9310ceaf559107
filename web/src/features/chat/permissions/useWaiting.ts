/** Keeps what waits for this person true to their stream, on every page. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queryClient } from '@/api/queryClient'
import { realtime } from '@/api/realtime/line'
import { changeWaiting, waitingQuery } from './queries'
import { type Asked, reduceWaiting } from './waiting'

const NOTHING: Asked[] = []

export function useWaiting(): Asked[] {
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
