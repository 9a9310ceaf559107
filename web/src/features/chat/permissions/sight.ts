/** Cards that wait, and whether they can be seen. */
import { useEffect, useState } from 'react'

export function showCard(id: string): void {
  const card = document.getElementById(id)
  card?.scrollIntoView({ block: 'center' })
  card?.focus({ preventScroll: true })
}

/** Whether an element can be seen now; also told of one that is drawn later. */
export function useInSight(id: string): boolean {
  const [inSight, setInSight] = useState(true)
  useEffect(() => {
    const seen = new IntersectionObserver((entries) => setInSight(entries.at(-1)?.isIntersecting ?? false))
    const look = () => {
      const card = document.getElementById(id)
      if (!card) return false
      drawn.disconnect()
      seen.observe(card)
      return true
    }
    const drawn = new MutationObserver(look)
    if (!look()) {
      setInSight(false)
      drawn.observe(document.body, { childList: true, subtree: true })
    }
    return () => {
      drawn.disconnect()
      seen.disconnect()
    }
  }, [id])
  return inSight
}
