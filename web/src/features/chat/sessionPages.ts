/** Lists of sessions, pinned ones first, then newest activity, and how events of `user.{id}` change it. Pure. */
import type { InfiniteData } from '@tanstack/react-query'
import type { StreamEvent } from '@/api/realtime/protocol'
import type { Session } from '@/api/types'

export interface SessionPage {
  items: Session[]
  next_cursor: string | null
  /** The last session as it was read: the next page begins behind it, wherever it stands by now. */
  end?: Session | undefined
}

export type SessionPages = InfiniteData<SessionPage, string | null>

/** Which sessions a list holds. */
export interface SessionFilter {
  archived: boolean
  /** A folder's id, or `none`: those in no folder. */
  folder_id?: string
  tag?: string
}

/** What stands below the folders. */
export const MAIN: SessionFilter = { archived: false, folder_id: 'none' }

export function reduceSessionPages(
  pages: SessionPages,
  { type, body }: StreamEvent,
  filter: SessionFilter,
): SessionPages {
  if (type === 'session.changed') return withSession(pages, body.session as Session, filter)
  if (type === 'session.removed') return withoutSession(pages, String(body.id))
  return pages
}

function belongs(session: Session, filter: SessionFilter): boolean {
  if (session.is_archived !== filter.archived) return false
  if (filter.folder_id && filter.folder_id !== (session.folder_id ?? 'none')) return false
  const tag = filter.tag?.toLowerCase()
  return tag === undefined || session.tags.some((one) => one.toLowerCase() === tag)
}

/** Put a session in its place, or out; below the last page that was read it is left for its page to bring. */
export function withSession(data: SessionPages, session: Session, filter: SessionFilter): SessionPages {
  const rest = withoutSession(data, session.id)
  if (!belongs(session, filter)) return rest
  const at = rest.pages.findIndex(
    (page) => isWithin(session, page) || page.items.some((other) => isBefore(session, other)),
  )
  const page = rest.pages[at]
  if (!page) return rest
  const place = page.items.findIndex((other) => isBefore(session, other))
  const items = page.items.toSpliced(place < 0 ? page.items.length : place, 0, session)
  return { ...rest, pages: rest.pages.with(at, { ...page, items }) }
}

export function withoutSession(data: SessionPages, id: string): SessionPages {
  return {
    ...data,
    pages: data.pages.map((page) =>
      page.items.some((session) => session.id === id)
        ? { ...page, items: page.items.filter((session) => session.id !== id) }
        : page,
    ),
  }
}

function isBefore(session: Session, other: Session): boolean {
  if (session.is_pinned !== other.is_pinned) return session.is_pinned
  return session.activity_at >= other.activity_at
}

/** Whether no later page can bring it. */
function isWithin(session: Session, { next_cursor, end }: SessionPage): boolean {
  if (next_cursor === null || !end) return next_cursor === null
  if (session.is_pinned !== end.is_pinned) return session.is_pinned
  if (session.activity_at !== end.activity_at) return session.activity_at > end.activity_at
  return session.id >= end.id
}

/** What the mouse carries when it drags a session. */
export const DRAGGED = 'text/guildhall-session'

export type Age = 'pinned' | 'today' | 'yesterday' | 'week' | 'older'

/** Sessions in the groups that people remember them by, pinned ones first. */
export function byAge(sessions: Session[], now: Date): { age: Age; sessions: Session[] }[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  const day = 86_400_000
  const ageOf = (session: Session): Age => {
    if (session.is_pinned) return 'pinned'
    const at = new Date(session.activity_at).getTime()
    if (at >= midnight) return 'today'
    if (at >= midnight - day) return 'yesterday'
    return at >= midnight - 6 * day ? 'week' : 'older'
  }
  const ages: Age[] = ['pinned', 'today', 'yesterday', 'week', 'older']
  return ages
    .map((age) => ({ age, sessions: sessions.filter((session) => ageOf(session) === age) }))
    .filter((group) => group.sessions.length > 0)
}
