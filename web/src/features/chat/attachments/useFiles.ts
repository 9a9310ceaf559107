/** The files that the next message comes with. What sends them is fetched when there is the first one. */
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Attached } from '@/api/types'
import { loadWords } from '@/locales'
import type { Dropped } from '@/ui/dropped'
import { keepsFiles } from '../drafts'
import type { FileItem, Shelf } from './shelf'

export interface Files {
  items: readonly FileItem[]
  shelf: Shelf | null
  /** Those that have arrived, as a message will show them. */
  attached: Attached[]
  /** Whether some have not arrived, or never will as they are. */
  isUnsettled: boolean
  /** Whether some were chosen a moment ago, or kept from before, and are not among the items yet. */
  areComing: boolean
  add: (dropped: Dropped) => void
  /** They have gone with a message. */
  sent: (attached: Attached[]) => void
}

const NONE: readonly FileItem[] = []
const never = () => () => undefined
const none = () => NONE
/** Places whose files are on their way in this tab. */
const opened = new Set<string>()

export function useFiles(userId: string, place: string): Files {
  const [shelf, setShelf] = useState<Shelf | null>(null)
  const [coming, count] = useState(0)
  const during = useCallback((work: Promise<unknown>) => {
    count((now) => now + 1)
    void work.finally(() => count((now) => now - 1))
  }, [])
  const open = useCallback(async (): Promise<Shelf> => {
    opened.add(`${userId}.${place}`)
    const [{ shelfOf }] = await Promise.all([import('./shelf'), loadWords('attachments')])
    const found = shelfOf(userId, place)
    setShelf(found)
    return found
  }, [userId, place])
  useEffect(() => {
    if (opened.has(`${userId}.${place}`) || keepsFiles(userId, place)) during(open())
  }, [open, during, userId, place])
  const items = useSyncExternalStore(shelf?.subscribe ?? never, shelf?.snapshot ?? none)
  return {
    items,
    shelf,
    attached: items.flatMap(({ attached }) => (attached ? [attached] : [])),
    isUnsettled: items.some(({ attached }) => attached === null),
    areComing: coming > 0,
    add: (dropped) => during(open().then((found) => found.add(dropped))),
    sent: (attached) => shelf?.sent(attached.map(({ id }) => id)),
  }
}

/** The key of a wish to send a text: with other files it is another wish. */
export function wishOf(wish: string, attached: Attached[]): string {
  return attached.length === 0 ? wish : `${wish}.${attached.length}.${attached.at(-1)?.id}`
}
