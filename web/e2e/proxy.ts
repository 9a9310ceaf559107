/** A proxy before the hall that treats live connections as badly as real ones sometimes do. */
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface Between {
  url: string
  /** Pass WebSocket handshakes on, instead of cutting them. */
  letsSocketsThrough: boolean
  /** Pass server-sent events on, instead of keeping them to itself. */
  letsStreamsThrough: boolean
  stop: () => Promise<void>
}

export async function startProxy(target: string): Promise<Between> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const server = createServer((incoming, answer) => {
    const keeps = incoming.url?.startsWith('/api/v1/events') && !incoming.url.includes('wait=')
    if (keeps && !proxy.letsStreamsThrough) return
    const { method, url: path, headers } = incoming
    const outgoing = request({ hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    answer.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  })
  server.on('upgrade', (incoming, socket, head) => {
    if (!proxy.letsSocketsThrough) {
      socket.destroy()
      return
    }
    const onward = connect(Number(port), hostname, () => {
      const lines = incoming.rawHeaders.map((text, index) => (index % 2 ? `${text}\r\n` : `${text}: `))
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('')}\r\n`)
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const proxy: Between = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    letsSocketsThrough: false,
    letsStreamsThrough: true,
    stop: async () => {
      for (const socket of open) socket.destroy()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
  return proxy
}
