/** The tab's own realtime line, connected to the browser around it. */
import { auth } from '../auth'
import { client, unwrap } from '../client'
import { asApiError } from '../errors'
import { Realtime } from './realtime'

export const realtime = new Realtime({
  async ticket() {
    try {
      return (await unwrap(client.POST('/api/v1/realtime/ticket'))).ticket
    } catch (thrown) {
      if (asApiError(thrown).status === 401) return null
      throw thrown
    }
  },
  open(ticket) {
    const address = new URL('/api/v1/realtime', location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    address.searchParams.set('ticket', ticket)
    return new WebSocket(address)
  },
  random: Math.random,
})

/** Reconnect at once when the network or the tab comes back; hang up at sign-out. */
export function watchSurroundings(): void {
  addEventListener('online', realtime.wake)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') realtime.wake()
  })
  auth.subscribe(() => {
    if (!auth.current) realtime.hangUp()
  })
}
