/** Keeps the bell and the list true to the person's stream. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queryClient } from '@/api/queryClient'
import { realtime } from '@/api/realtime/line'
import type { Notification } from '@/api/types'
import { arrived, reduceNotices, unreadFrom } from './notices'
import { changeNotices, noticesQuery, showUnread, unreadQuery } from './queries'

export function useUnread(): number {
  return useQuery(unreadQuery).data ?? 0
}

/** Follow what the person should know; `onArrival` is told of each new one while the page is open. */
export function useNotices(userId: string | undefined, onArrival: (notice: Notification) => void): void {
  useEffect(() => {
    if (userId === undefined) return
    return realtime.follow(`user.${userId}`, {
      onSnapshot(body) {
        showUnread(unreadFrom(body))
        void queryClient.invalidateQueries({ queryKey: noticesQuery.queryKey })
      },
      onStartedAnew: () => void queryClient.invalidateQueries({ queryKey: ['notifications'] }),
      onEvent(event) {
        showUnread(unreadFrom(event.body))
        changeNotices((list) => reduceNotices(list, event, new Date().toISOString()))
        const made = arrived(event)
        if (made) onArrival(made)
      },
    })
  }, [userId, onArrival])
}
