import { useEffect, useState } from 'react'

/** Whole seconds from one moment to another, or to now while it goes on; at least one. */
export function useSeconds(began: string, ended: string | null, going: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!going) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [going])
  const end = ended ? Date.parse(ended) : now
  return Math.max(1, Math.round((end - Date.parse(began)) / 1000))
}
