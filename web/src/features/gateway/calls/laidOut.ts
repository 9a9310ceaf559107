/** What was said in a call, laid out for reading. Pure. */

export interface LaidOut {
  kind: 'json' | 'stream' | 'text'
  text: string
}

/** JSON indented, an event stream with each event's JSON on its own, anything else as it is. */
export function laidOut(body: string): LaidOut {
  const json = indented(body)
  if (json !== null) return { kind: 'json', text: json }
  if (/^(data|event|id|retry|:)/.test(body)) {
    return {
      kind: 'stream',
      text: body
        .trim()
        .split(/\r?\n\r?\n/)
        .map(laidOutEvent)
        .join('\n\n'),
    }
  }
  return { kind: 'text', text: body }
}

function laidOutEvent(event: string): string {
  return event.replace(/^data: ?(.*)$/gm, (line, payload: string) => {
    const json = indented(payload)
    return json === null ? line : `data: ${json}`
  })
}

function indented(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? JSON.stringify(value, null, 2) : null
  } catch {
    return null
  }
}
