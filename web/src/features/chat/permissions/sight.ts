/** Cards that wait, and whether they can be seen. */
import { useEffect, useState } from 'react'

export function showCard(id: string): void {
  const card = document.getElementById(id)
  card?.scrollIntoView({ block: 'center' })
  card?.focus({ preventScroll: true })
}

/** Whether an element can be seen now; also told of one that is drawn later, or anew. */
export function useInSight(id: string): boolean {
  const [inSight, setInSight] = useState(true)
  useEffect(() => {
    let card: HTMLElement | null | undefined
    const sight = new IntersectionObserver((entries) => setInSight(entries.at(-1)?.isIntersecting ?? false))
    const look = () => {
      const found = document.getElementById(id)
      if (found === card) return
      sight.disconnect()
      card = found
      if (found) sight.observe(found)
      else setInSight(false)
    }
    const changes = new MutationObserver(look)
    changes.observe(document.body, { childList: true, subtree: true })
    look()
    return () => {
      changes.disconnect()
      sight.disconnect()
    }
  }, [id])
  return inSight
}
