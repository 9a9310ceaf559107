/** Server-sent events as they come over fetch. */

/** The `data:` values of a server-sent event stream; `onSign` hears of everything that arrives, heartbeats too. */
export async function* sseLines(body: ReadableStream<Uint8Array>, onSign?: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (value) onSign?.()
      rest += decoder.decode(value, { stream: !done })
      const lines = rest.split(/\r?\n/)
      rest = done ? '' : (lines.pop() ?? '')
      for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trim()
      if (done) return
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}
