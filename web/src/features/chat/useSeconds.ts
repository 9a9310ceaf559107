import { useEffect, useState } from 'react'
import { serverNow } from '@/api/serverClock'

/** Whole seconds from one moment to another, or to now while it goes on; at least one. */
export function useSeconds(began: string, ended: string | null, going: boolean): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    if (!going) return
    setNow(serverNow())
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [going])
  const end = ended ? Date.parse(ended) : now
  return Math.max(1, Math.round((end - Date.parse(began)) / 1000))
}
