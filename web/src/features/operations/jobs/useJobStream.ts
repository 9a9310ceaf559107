/** Keeps one job on the screen true to its stream. */
import { useEffect } from 'react'
import { queryClient } from '@/api/queryClient'
import { realtime } from '@/api/realtime/line'
import { jobQuery } from './queries'

/** Read the job anew whenever something happened to it; `stream` is null until it is known. */
export function useJobStream(id: string, stream: string | null): void {
  useEffect(() => {
    if (stream === null) return
    const readAgain = () => void queryClient.invalidateQueries({ queryKey: jobQuery(id).queryKey })
    return realtime.follow(stream, { onSnapshot: () => undefined, onEvent: readAgain, onStartedAnew: readAgain })
  }, [id, stream])
}
