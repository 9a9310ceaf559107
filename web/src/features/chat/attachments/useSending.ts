/** Sends a message; one whose files are on their way goes when they have arrived, unless something is changed meanwhile. */
import { useEffect, useState } from 'react'
import type { Files } from './useFiles'

/** Why a message was not sent yet: its files are on their way, or one of them never came. */
export type Hindrance = 'onTheirWay' | 'failed'

export function useSending(text: string, files: Files | undefined, onSend: () => void) {
  const items = files?.items ?? []
  const isUnsettled = files?.isUnsettled ?? false
  const isFailed = items.some(({ state }) => state === 'failed')
  const wish = `${items.length} ${text}`
  const [wished, setWished] = useState<string | null>(null)
  if (wished !== null && wished !== wish) setWished(null)
  const [held, hold] = useState<string | null>(null)
  if (held !== null && held !== text) hold(null)
  const areComing = files?.areComing ?? false
  const send = () => (isUnsettled ? setWished(wish) : onSend())
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is known which files it comes with
  useEffect(() => {
    if (held === null || areComing) return
    hold(null)
    send()
  }, [held, areComing])
  const isDue = wished === wish && !isUnsettled
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the last file has arrived
  useEffect(() => {
    if (!isDue) return
    setWished(null)
    onSend()
  }, [isDue])
  const waits = wished === wish || held === text
  const hindrance: Hindrance | null = waits ? (isFailed ? 'failed' : 'onTheirWay') : null
  return {
    hindrance,
    send: () => (areComing ? hold(text) : send()),
    cancel: () => {
      hold(null)
      setWished(null)
    },
  }
}
