/** Dragging a row of a list by its handle, with the pointer's own events. */
import { type PointerEvent, type RefObject, useCallback } from 'react'
import { givingWay, landing, within } from './reorder'

/** So near to the edge of what scrolls, it scrolls. */
const EDGE_PX = 60
const SCROLL_PX = 9

/** What a handle calls when it is pressed. Escape leaves everything where it was. */
export function useDrag(list: RefObject<HTMLElement | null>, onDrop: (from: number, to: number) => void) {
  return useCallback(
    (event: PointerEvent<HTMLElement>, from: number) => {
      if (event.button !== 0 || !list.current) return
      event.preventDefault() // or the text below would be selected
      follow(event.currentTarget, event.nativeEvent, list.current, from, (to) => onDrop(from, to))
    },
    [list, onDrop],
  )
}

function follow(
  handle: HTMLElement,
  start: globalThis.PointerEvent,
  list: HTMLElement,
  from: number,
  drop: (to: number) => void,
): void {
  const rows = [...list.children] as HTMLElement[]
  const row = rows[from]
  if (!row) return
  const boxes = rows.map((each) => each.getBoundingClientRect())
  const height = row.getBoundingClientRect().height
  const scroller = scrollerOf(list)
  const scrolled = scroller.scrollTop
  const over = new AbortController()
  let at = start.clientY
  let to = from
  const show = () => {
    const away = within(boxes, from, at - start.clientY + scroller.scrollTop - scrolled)
    to = landing(boxes, from, away)
    rows.forEach((each, index) => {
      const by = index === from ? away : givingWay(index, from, to, height)
      each.style.transform = by === 0 ? '' : `translateY(${by}px)`
    })
  }
  const scroll = () => {
    if (over.signal.aborted) return
    const { top, bottom } = viewOf(scroller)
    const by = at < top + EDGE_PX ? -SCROLL_PX : at > bottom - EDGE_PX ? SCROLL_PX : 0
    if (by !== 0) {
      scroller.scrollBy(0, by)
      show()
    }
    requestAnimationFrame(scroll)
  }
  const end = (place: number) => {
    if (over.signal.aborted) return
    over.abort()
    delete list.dataset.dragging
    delete row.dataset.dragged
    for (const each of rows) each.style.transform = ''
    if (place !== from) drop(place)
  }
  const on = <Name extends keyof HTMLElementEventMap>(name: Name, does: (event: HTMLElementEventMap[Name]) => void) =>
    handle.addEventListener(name, does, { signal: over.signal })
  handle.setPointerCapture(start.pointerId)
  list.dataset.dragging = 'true'
  row.dataset.dragged = 'true'
  on('pointermove', (event) => {
    at = event.clientY
    show()
  })
  on('pointerup', () => end(to))
  on('pointercancel', () => end(from))
  on('lostpointercapture', () => end(from))
  window.addEventListener('keydown', (event) => event.key === 'Escape' && end(from), { signal: over.signal })
  requestAnimationFrame(scroll)
}

/** The part of what scrolls that is seen. */
function viewOf(scroller: HTMLElement): { top: number; bottom: number } {
  return scroller === document.documentElement ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect()
}

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let each = element.parentElement; each; each = each.parentElement) {
    if (each.scrollHeight > each.clientHeight && getComputedStyle(each).overflowY !== 'visible') return each
  }
  return document.documentElement
}
