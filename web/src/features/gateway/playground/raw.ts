/** A run as it went over the line: for reading, copying and keeping. Pure. */
import type { Received, Run } from './run'

/** A long stream is shown up to here; a download has all of it. */
export const MOST_SHOWN = 200_000

export function requestHead({ request }: Run): string {
  const lines = Object.entries({ ...request.headers, authorization: 'Bearer …' })
  return [`POST ${request.url}`, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\n')
}

export function responseHead({ response }: Run): string {
  if (!response) return ''
  const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP ${response.status} ${response.statusText}`.trim(), ...lines].join('\n')
}

/** JSON with line breaks; anything else as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** Every event under the moment when it came. */
export function eventsText(received: Received[]): string {
  return received.map(({ seconds, text }) => `+${seconds.toFixed(3)} s\n${text}\n`).join('\n')
}

export function responseBody({ isStream, received }: Run): string {
  return isStream ? eventsText(received) : pretty(received[0]?.text ?? '')
}

/** All of it in one file; the credential is not in it. */
export function fileOf(run: Run): { name: string; text: string } {
  const { request, response, received, isStream } = run
  const body = isStream ? { events: received } : { body: received[0]?.text ?? null }
  const id = response?.headers['x-request-id'] ?? 'unsent'
  const model = run.model.replace(/[^\w.-]+/g, '-').slice(0, 60)
  const told = { request: { method: 'POST', ...request }, response: response && { ...response, ...body } }
  return { name: `${model}-${id}.json`, text: JSON.stringify(told, null, 2) }
}
