/** The tab's own realtime line, connected to the browser around it. */
import { auth } from '../auth'
import { authorizedFetch, client, unwrap } from '../client'
import { asApiError } from '../errors'
import { PollCarrier, SseCarrier } from './fetchCarrier'
import { Realtime } from './realtime'
import { SocketCarrier } from './socketCarrier'

const sockets = {
  async ticket() {
    try {
      return (await unwrap(client.POST('/api/v1/realtime/ticket'))).ticket
    } catch (thrown) {
      const { status, code } = asApiError(thrown)
      if (status === 401 || code === 'account_disabled') return null
      throw thrown
    }
  },
  socket(ticket: string) {
    const address = new URL('/api/v1/realtime', location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    address.searchParams.set('ticket', ticket)
    address.searchParams.set('tab', tabId())
    return new WebSocket(address)
  },
}

const requests = {
  get: (address: string, signal: AbortSignal) =>
    authorizedFetch(new Request(new URL(`${address}&tab=${tabId()}`, location.origin), { signal })),
}

export const realtime = new Realtime({
  start(rung, places, events) {
    if (rung === 'websocket') return new SocketCarrier(sockets, events)
    return rung === 'sse' ? new SseCarrier(requests, places, events) : new PollCarrier(requests, places, events)
  },
  random: Math.random,
})

/** Reconnect at once when the network or the tab comes back; follow the sign-in through renewal, change and end. */
export function watchSurroundings(): void {
  addEventListener('online', realtime.networkChanged)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') realtime.wake()
  })
  let before = auth.current
  auth.subscribe(() => {
    const now = auth.current
    if (!now || (before && before.user.id !== now.user.id)) realtime.hangUp()
    else if (before && before.token !== now.token) realtime.renew()
    before = now
  })
}

/** Names this tab among the person's others, for as long as it lives. */
export function tabId(): string {
  try {
    const known = sessionStorage.getItem('guildhall.tab')
    if (known) return known
    const made = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join('')
    sessionStorage.setItem('guildhall.tab', made)
    return made
  } catch {
    return ''
  }
}
