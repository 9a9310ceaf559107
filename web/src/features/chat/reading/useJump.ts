/** Brings the wanted message into sight, once, however far back it is. */
import { useLayoutEffect, useRef, useState } from 'react'
import type { Reading } from './useReading'

/** As many as the server gives at once. */
const AT_ONCE = 200

export function useJump(
  ids: readonly string[],
  wanted: string | undefined,
  { show, log, span }: Reading,
  onOlder: ((count: number) => Promise<void>) | undefined,
): boolean {
  const reached = useRef<string | undefined>(undefined)
  const marked = useRef<string | undefined>(undefined)
  const isReading = useRef(false)
  const [seeking, setSeeking] = useState(false)
  useLayoutEffect(() => {
    if (!wanted || reached.current === wanted) return
    if (ids.includes(wanted)) {
      reached.current = wanted
      setSeeking(false)
      show(wanted)
    } else if (onOlder && !isReading.current) {
      isReading.current = true
      setSeeking(true)
      void onOlder(AT_ONCE)
        .catch(() => setSeeking(false))
        .finally(() => {
          isReading.current = false
        })
    }
  }, [ids, wanted, show, onOlder])
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again whenever other messages are drawn
  useLayoutEffect(() => {
    if (!wanted || reached.current !== wanted || marked.current === wanted) return
    const element = log.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(wanted)}"]`)
    if (!element) return
    marked.current = wanted
    element.dataset.found = ''
  }, [ids, wanted, log, span])
  return seeking
}
