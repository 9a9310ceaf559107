import { useCallback, useState } from 'react'

/** Whether an element is in sight: give its ref to what stands at the top of a list. */
export function useAtTop(): [boolean, (element: Element | null) => (() => void) | undefined] {
  const [atTop, setAtTop] = useState(true)
  const ref = useCallback((element: Element | null) => {
    if (!element) return undefined
    const observer = new IntersectionObserver(([entry]) => setAtTop(entry?.isIntersecting ?? true))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [atTop, ref]
}
