/** How calls that have just ended join a list that is open. Pure. */
import type { CallPage } from '@/api/types'

/** Calls begin in order and end in any: whoever follows looks this far back, so that none is missed. */
const LOOK_BACK = 30
/** From here on a list that is followed starts anew with its newest page. */
export const MOST_ROWS = 300

export interface Pages {
  pages: CallPage[]
  pageParams: unknown[]
}

/** What to ask for the calls after; nothing while the list is empty. */
export function anchorOf(data: Pages | undefined): string | undefined {
  const first = data?.pages[0]?.items ?? []
  return first[Math.min(LOOK_BACK, first.length) - 1]?.id
}

/** Calls of `tail` that the list does not have. */
export function freshIn(data: Pages | undefined, tail: CallPage): string[] {
  const known = new Set(data?.pages.flatMap((page) => page.items.map(({ id }) => id)))
  return tail.items.map(({ id }) => id).filter((id) => !known.has(id))
}

/** The list with what has come, each call where it began. With a gap between the two, the newest page begins it anew. */
export function joined(data: Pages | undefined, tail: CallPage): Pages {
  const first = data?.pages[0]
  if (!data || !first || tail.next_cursor !== null) return { pages: [tail], pageParams: [null] }
  const fresh = new Set(freshIn(data, tail))
  if (fresh.size === 0) return data
  const items = [...tail.items.filter(({ id }) => fresh.has(id)), ...first.items].sort((a, b) => (a.id < b.id ? 1 : -1))
  return { ...data, pages: [{ ...first, items }, ...data.pages.slice(1)] }
}

export function isLong(data: Pages | undefined): boolean {
  return (data?.pages[0]?.items.length ?? 0) > MOST_ROWS
}
