/**
 * Where somebody reads in a conversation. Only what is near is drawn; whatever happens above or below, what is read stays
 * where it is, and who is at the end stays there.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'
import { holds, NEWEST, Slots, type Span } from './slots'

/** So near to the end that what comes is followed. */
const NEAR = 80
/** Windows beyond the edge: what has to be drawn, and what is drawn when something is missing. */
const NEEDED = 0.75
const DRAWN = 1.75

type Place = 'end' | { id: string; offset: number }

export interface Reading {
  scroller: RefObject<HTMLElement | null>
  content: RefObject<HTMLDivElement | null>
  /** The list; each of its elements is one of the pieces. */
  log: RefObject<HTMLDivElement | null>
  slots: Slots
  span: Span
  /** Whether the end is out of sight. */
  away: boolean
  onScroll: () => void
  toEnd: () => void
  /** Bring a message to the middle. */
  show: (id: string) => void
}

/** `ids` are all that was read, oldest first: the same array as long as they are the same. */
export function useReading(ids: readonly string[]): Reading {
  const scroller = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const log = useRef<HTMLDivElement>(null)
  const slots = useRef(new Slots()).current
  const place = useRef<Place>('end')
  const seen = useRef({ top: 0, width: 0, isStale: false })
  const [span, setSpan] = useState(NEWEST)
  const [away, setAway] = useState(false)
  const latest = useRef({ ids, span })
  latest.current = { ids, span }

  /** Draw what is near; gives where the window begins in the list. */
  const draw = useCallback((): number => {
    const element = scroller.current
    if (!element || !log.current) return 0
    const { ids, span } = latest.current
    const { scrollTop, scrollHeight, clientHeight } = element
    const line = scrollTop - startOf(log.current, element)
    const reach = (windows: number) =>
      slots.between(ids, line - windows * clientHeight, line + (1 + windows) * clientHeight)
    if (!holds(span, reach(NEEDED))) setSpan(reach(DRAWN))
    seen.current.top = scrollTop
    setAway(scrollHeight - scrollTop - clientHeight >= NEAR)
    return line
  }, [slots])

  /** Somebody has scrolled: what is read now is something else. */
  const look = useCallback(() => {
    const element = scroller.current
    if (!element || !log.current) return
    if (seen.current.isStale) measure(log.current, slots)
    seen.current.isStale = false
    const line = draw()
    const { ids } = latest.current
    const { at, top } = slots.at(ids, line)
    const id = ids[at]
    const isAway = element.scrollHeight - element.scrollTop - element.clientHeight >= NEAR
    place.current = isAway && id ? { id, offset: top - line } : 'end'
  }, [draw, slots])

  /** Measure what is drawn, and have what is read where it was. */
  const settle = useCallback(() => {
    const element = scroller.current
    if (!element || !log.current) return
    // Scrolled, and not told of it yet; in another width every line is elsewhere.
    if (seen.current.width === element.clientWidth && Math.abs(element.scrollTop - seen.current.top) > 1) look()
    seen.current.width = element.clientWidth
    measure(log.current, slots)
    seen.current.isStale = false
    if (place.current === 'end') element.scrollTop = element.scrollHeight
    else {
      const { id, offset } = place.current
      const { ids } = latest.current
      const at = ids.lastIndexOf(id)
      const off = startOf(log.current, element) + slots.above(ids, at) - offset - element.scrollTop
      if (at >= 0 && Math.abs(off) > 0.5) element.scrollTop += off
    }
    draw()
  }, [draw, look, slots])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn has changed
  useLayoutEffect(settle, [settle, ids, span])
  useLayoutEffect(() => {
    // While an answer grows at the end this runs twenty times a second: nothing is measured then.
    const observer = new ResizeObserver(() => {
      const element = scroller.current
      const hasMoved = Math.abs((element?.scrollTop ?? 0) - seen.current.top) > 1
      if (!element || place.current !== 'end' || hasMoved) return settle()
      seen.current.isStale = true
      element.scrollTop = element.scrollHeight
      seen.current.top = element.scrollTop
    })
    if (content.current) observer.observe(content.current)
    if (scroller.current) observer.observe(scroller.current)
    return () => observer.disconnect()
  }, [settle])

  const go = useCallback(
    (to: Place) => {
      place.current = to
      if (scroller.current) seen.current.top = scroller.current.scrollTop
      settle()
    },
    [settle],
  )
  const toEnd = useCallback(() => go('end'), [go])
  const show = useCallback(
    (id: string) => go({ id, offset: ((scroller.current?.clientHeight ?? 0) - slots.of(id)) / 2 }),
    [go, slots],
  )
  return { scroller, content, log, slots, span, away, onScroll: look, toEnd, show }
}

/** Where the list begins in what is scrolled. */
function startOf(log: HTMLElement, scroller: HTMLElement): number {
  return log.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop
}

/** The last one has nothing below it to be measured by; it never leaves. */
function measure(log: HTMLElement, slots: Slots): void {
  const tops = Array.from(log.children, (child) => child.getBoundingClientRect().top)
  tops.slice(1).forEach((next, before) => {
    const id = (log.children[before] as HTMLElement).dataset.message
    if (id) slots.keep(id, next - (tops[before] ?? next))
  })
}
