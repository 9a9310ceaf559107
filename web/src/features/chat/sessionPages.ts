/** The list of sessions, newest activity first, and how events of `user.{id}` change it. Pure. */
import type { InfiniteData } from '@tanstack/react-query'
import type { StreamEvent } from '@/api/realtime/protocol'
import type { Session } from '@/api/types'

export interface SessionPage {
  items: Session[]
  next_cursor: string | null
}

export type SessionPages = InfiniteData<SessionPage, string | null>

export function reduceSessionPages(pages: SessionPages, { type, body }: StreamEvent): SessionPages {
  if (type === 'session.changed') return withSession(pages, body.session as Session)
  if (type === 'session.removed') return withoutSession(pages, String(body.id))
  return pages
}

/** Put a session where its activity belongs; below the last page that was read it is left for its page to bring. */
export function withSession(data: SessionPages, session: Session): SessionPages {
  const rest = withoutSession(data, session.id)
  let at = rest.pages.findIndex((page) => page.items.some((other) => isNewer(session, other)))
  if (at < 0) at = rest.pages.length - 1
  const page = rest.pages[at]
  if (!page) return rest
  const place = page.items.findIndex((other) => isNewer(session, other))
  if (place < 0 && page.next_cursor !== null) return rest
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

function isNewer(session: Session, other: Session): boolean {
  return session.activity_at >= other.activity_at
}

export type Age = 'today' | 'yesterday' | 'week' | 'older'

/** Sessions in the groups that people remember them by. */
export function byAge(sessions: Session[], now: Date): { age: Age; sessions: Session[] }[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  const day = 86_400_000
  const ageOf = (session: Session): Age => {
    const at = new Date(session.activity_at).getTime()
    if (at >= midnight) return 'today'
    if (at >= midnight - day) return 'yesterday'
    return at >= midnight - 6 * day ? 'week' : 'older'
  }
  const ages: Age[] = ['today', 'yesterday', 'week', 'older']
  return ages
    .map((age) => ({ age, sessions: sessions.filter((session) => ageOf(session) === age) }))
    .filter((group) => group.sessions.length > 0)
}
