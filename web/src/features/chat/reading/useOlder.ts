/** Reads older messages when the beginning of what was read comes near; gives whether they are on their way. */
import { useEffect, useRef, useState } from 'react'
import type { Reading } from './useReading'

const NEAR = 800

export function useOlder({ scroller }: Reading, changes: unknown, onOlder: (() => Promise<void>) | undefined): boolean {
  const [busy, setBusy] = useState(false)
  const latest = useRef({ onOlder, isBusy: false })
  latest.current.onOlder = onOlder
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has been read may not be enough yet
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const check = () => {
      const { onOlder, isBusy } = latest.current
      if (!onOlder || isBusy || element.scrollTop >= NEAR) return
      latest.current.isBusy = true
      setBusy(true)
      onOlder()
        .catch(() => undefined)
        .finally(() => {
          latest.current.isBusy = false
          setBusy(false)
        })
    }
    check()
    element.addEventListener('scroll', check, { passive: true })
    return () => element.removeEventListener('scroll', check)
  }, [scroller, changes])
  return busy
}
