import { expect, it } from 'vitest'
import { sseLines } from './sse'

function stream(...pieces: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece))
      controller.close()
    },
  })
}

async function read(...pieces: string[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of sseLines(stream(...pieces))) lines.push(line)
  return lines
}

it('reads events wherever the network cut them', async () => {
  expect(await read('data: {"a"', ':1}\n\nda', 'ta: [DONE]\n\n')).toEqual(['{"a":1}', '[DONE]'])
})

it('passes over comments and other fields, and takes either line end', async () => {
  expect(await read(': ping\r\nevent: x\r\ndata: one\r\n\r\n')).toEqual(['one'])
})

it('takes a last line without an end', async () => {
  expect(await read('data: last')).toEqual(['last'])
})
