/** The best way: one WebSocket, opened by a single-use ticket. */
import { type Carrier, type CarrierEvents, lossOf } from './carrier'
import { type ClientFrame, parseFrame } from './protocol'

export interface SocketSurroundings {
  /** A single-use ticket; null when nobody is signed in any more. */
  ticket(): Promise<string | null>
  socket(ticket: string): WebSocket
}

export class SocketCarrier implements Carrier {
  private socket: WebSocket | null = null
  private closed = false

  constructor(
    private readonly surroundings: SocketSurroundings,
    private readonly events: CarrierEvents,
  ) {
    this.open()
  }

  ask(stream: string, after: number | undefined): void {
    this.send({ op: 'subscribe', stream, after })
  }

  leave(stream: string): void {
    this.send({ op: 'unsubscribe', stream })
  }

  ping(): void {
    this.send({ op: 'ping' })
  }

  renew(): void {
    this.surroundings.ticket().then(
      (ticket) => ticket && this.send({ op: 'authenticate', ticket }),
      () => undefined, // the server closes when the time has come, and we come back
    )
  }

  close(): void {
    this.closed = true
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.close()
  }

  private open(): void {
    this.surroundings.ticket().then(
      (ticket) => {
        if (this.closed) return
        if (ticket === null) this.events.onLost('signed_out')
        else this.attach(this.surroundings.socket(ticket))
      },
      () => {
        if (!this.closed) this.events.onLost('away')
      },
    )
  }

  private attach(socket: WebSocket): void {
    this.socket = socket
    socket.onopen = () => this.events.onOpen()
    socket.onmessage = (message: MessageEvent<unknown>) => {
      this.events.onSign()
      const frame = typeof message.data === 'string' ? parseFrame(message.data) : null
      if (frame) this.events.onFrame(frame)
    }
    socket.onclose = (event) => this.events.onLost(lossOf(event?.code ?? 1006))
  }

  private send(frame: ClientFrame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame))
  }
}
