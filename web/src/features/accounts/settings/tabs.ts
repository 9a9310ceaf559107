/** The person's open tabs, as the stream tells them. Pure. */
import { isRecord } from '@/api/errors'

export interface OpenTab {
  id: string
  device: string
  carrier: 'websocket' | 'sse' | 'poll'
  since: string
}

/** The tabs in a snapshot or an event of the person's stream; null when it says nothing of them. */
export function tabsFrom(body: unknown): OpenTab[] | null {
  if (!isRecord(body) || !Array.isArray(body.tabs)) return null
  return body.tabs.filter(isRecord).map((tab) => ({
    id: String(tab.id),
    device: typeof tab.device === 'string' ? tab.device : '',
    carrier: tab.carrier === 'sse' || tab.carrier === 'poll' ? tab.carrier : 'websocket',
    since: String(tab.since),
  }))
}
