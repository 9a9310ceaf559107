import { describe, expect, it } from 'vitest'
import { ApiError } from '@/api/errors'
import type { Upload } from '@/api/types'
import { type Sending, sendFile, type UploadApi } from './sending'

const MB = 1024 * 1024
const broken = () => new ApiError(0, 'unreachable', 'Failed to fetch')

/** A server that keeps what comes, and whose line breaks when the test says so. */
class FakeServer implements UploadApi {
  readonly asked: string[] = []
  content = ''
  isComplete = false
  private size = 0
  constructor(private readonly breaks: (asked: string) => 'before' | 'after' | null) {}

  begin = (_: string, size: number) =>
    this.answer('begin', () => {
      this.size = size
    })
  find = () => this.answer('find', () => undefined)
  complete = () =>
    this.answer('complete', () => {
      if (this.isComplete) throw new ApiError(404, 'upload_not_found', '')
      if (this.content.length !== this.size) throw new ApiError(409, 'upload_incomplete', '')
      this.isComplete = true
    })
  send = async (_: string, offset: number, piece: Blob) => {
    const text = await piece.text()
    return await this.answer(`send ${offset / MB}`, () => {
      if (offset !== this.content.length) throw new ApiError(409, 'wrong_offset', '')
      this.content += text
    })
  }

  private async answer(asked: string, work: () => void): Promise<Upload> {
    this.asked.push(asked)
    const when = this.breaks(asked)
    if (when === 'before') throw broken()
    work()
    if (when === 'after') throw broken()
    return upload(this.content.length)
  }
}

function upload(offset: number): Upload {
  return { id: 'up_1', path: 'a', size: 0, offset, replaces: false, created_at: '', updated_at: '' }
}

const text = 'x'.repeat(2 * MB) + 'y'.repeat(MB / 2)

function wish(over: Partial<Sending> = {}): Sending {
  return {
    path: 'a',
    file: new Blob([text]),
    replaces: false,
    begun: null,
    signal: new AbortController().signal,
    pause: async () => undefined,
    onBegun: () => undefined,
    onProgress: () => undefined,
    onPaused: () => undefined,
    ...over,
  }
}

/** Breaks the first time each of these is asked. */
function once(breaks: Record<string, 'before' | 'after'>) {
  const left = { ...breaks }
  return (asked: string) => {
    const when = left[asked] ?? null
    delete left[asked]
    return when
  }
}

describe('a file that is sent', () => {
  it('goes in pieces and tells how far it is', async () => {
    const server = new FakeServer(() => null)
    const seen: number[] = []
    await sendFile(server, wish({ onProgress: (sent) => seen.push(sent / MB) }))
    expect(server.asked).toEqual(['begin', 'send 0', 'send 1', 'send 2', 'complete'])
    expect(seen).toEqual([0, 1, 2, 2.5])
    expect(server.content).toBe(text)
  })

  it.each(['before', 'after'] as const)('goes on where it was when the line broke %s a piece came', async (when) => {
    const server = new FakeServer(once({ 'send 1': when }))
    const paused: boolean[] = []
    await sendFile(server, wish({ onPaused: (is) => paused.push(is) }))
    expect([server.content === text, server.isComplete, paused]).toEqual([true, true, [true, false]])
    expect(server.asked).toContain('find')
  })

  it('is done when only the last answer was lost', async () => {
    const server = new FakeServer(once({ complete: 'after' }))
    await sendFile(server, wish())
    expect([server.isComplete, server.asked.filter((one) => one === 'complete').length]).toEqual([true, 2])
  })

  it('goes on from an upload that was begun before', async () => {
    const server = new FakeServer(() => null)
    await server.begin('a', text.length)
    await server.send('up_1', 0, new Blob([text.slice(0, MB)]))
    server.asked.length = 0
    await sendFile(server, wish({ begun: upload(MB) }))
    expect(server.asked).toEqual(['send 1', 'send 2', 'complete'])
  })

  it('of no length is begun and complete', async () => {
    const server = new FakeServer(() => null)
    await sendFile(server, wish({ file: new Blob([]) }))
    expect(server.asked).toEqual(['begin', 'complete'])
  })

  it('ends at what waiting does not mend', async () => {
    const server = new FakeServer(() => null)
    server.begin = () => Promise.reject(new ApiError(413, 'workspace_full', ''))
    await expect(sendFile(server, wish())).rejects.toMatchObject({ code: 'workspace_full' })
  })

  it('ends when it is cancelled, also while it waits for the line', async () => {
    const control = new AbortController()
    const server = new FakeServer((asked) => (asked === 'send 1' ? 'before' : null))
    const pause = async () => control.abort()
    await expect(sendFile(server, wish({ signal: control.signal, pause }))).rejects.toThrow()
    expect(server.isComplete).toBe(false)
  })
})
