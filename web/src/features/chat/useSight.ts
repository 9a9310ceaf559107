import { useEffect, useRef } from 'react'

/** Calls when the marked element comes into sight, and again when it is still there after `count` has changed. */
export function useSight(count: number, onSight: () => void) {
  const element = useRef<HTMLDivElement>(null)
  const latest = useRef(onSight)
  useEffect(() => {
    latest.current = onSight
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: an observer made anew tells again whether it is in sight
  useEffect(() => {
    const target = element.current
    if (!target) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) latest.current()
      },
      { rootMargin: '240px' },
    )
    observer.observe(target)
    return () => observer.disconnect()
  }, [count])
  return element
}
