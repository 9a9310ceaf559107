/** A model provider for the tests: answers on this machine, remembers what it was asked, refuses what it is told to. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test as base } from './test.ts'

interface Asked {
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
}

export interface Provider {
  url: string
  asked: Asked[]
  /** Keys that are not let in. */
  refused: Set<string>
}

export const test = base.extend<{ provider: Provider }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern
  provider: async ({}, use) => {
    const asked: Asked[] = []
    const refused = new Set<string>()
    const server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      asked.push({ headers: request.headers, body: text ? JSON.parse(text) : {} })
      const key = String(request.headers.authorization).replace('Bearer ', '')
      const answer = refused.has(key) ? { error: { message: 'No such account.' } } : completion
      const body = JSON.stringify(answer)
      response.writeHead(refused.has(key) ? 401 : 200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      })
      response.end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await use({ url: `http://127.0.0.1:${port}/v1`, asked, refused })
    await stop(server)
  },
})

const completion = {
  id: 'c1',
  object: 'chat.completion',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello from here.' } }],
  usage: { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 },
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
