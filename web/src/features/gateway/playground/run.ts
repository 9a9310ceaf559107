/** A run: one request to one model, what has come back so far, and how long it took. Pure but for `startRun`. */
import { authorizedFetch } from '@/api/client'
import { asApiError } from '@/api/errors'
import { type Answer, answerOf, hasBegun, NO_ANSWER, refusal, withEvent } from './answer'
import type { Protocol } from './draft'
import { cutEvents, dataOf } from './events'
import type { ModelRequest } from './request'

export interface Received {
  /** Since the request was sent. */
  seconds: number
  text: string
}

export interface Run {
  protocol: Protocol
  model: string
  status: 'running' | 'complete' | 'stopped' | 'failed'
  request: { url: string; headers: Record<string, string>; body: string }
  response: { status: number; statusText: string; headers: Record<string, string> } | null
  /** Every event, or the one body. */
  received: Received[]
  isStream: boolean
  answer: Answer
  firstSeconds: number | null
  totalSeconds: number | null
}

const SHOW_EVERY_MS = 60
const DONE = '[DONE]'

/** Ask, telling `show` of every step. Never throws; `signal` stops it. */
export async function startRun(wanted: ModelRequest, show: (run: Run) => void, signal: AbortSignal): Promise<void> {
  const taker = new Taker(wanted, signal)
  let shown = taker.run
  show(shown)
  const ticker = setInterval(() => {
    if (taker.run !== shown) show(taker.run)
    shown = taker.run
  }, SHOW_EVERY_MS)
  try {
    await taker.take()
  } catch (thrown) {
    const { code, message, status } = asApiError(thrown)
    if (signal.aborted) taker.end('stopped')
    else taker.fail({ status, code: taker.run.response ? 'upstream_disconnected' : code, message })
  } finally {
    clearInterval(ticker)
    show(taker.run)
  }
}

/** Takes one answer in. */
class Taker {
  run: Run
  private readonly began = performance.now()

  constructor(
    wanted: ModelRequest,
    private readonly signal: AbortSignal,
  ) {
    const { protocol, headers, body, path } = wanted
    this.run = {
      protocol,
      model: String(body.model),
      status: 'running',
      request: { url: new URL(path, location.origin).href, headers, body: JSON.stringify(body) },
      response: null,
      received: [],
      isStream: false,
      answer: NO_ANSWER,
      firstSeconds: null,
      totalSeconds: null,
    }
  }

  async take(): Promise<void> {
    const { url, headers, body } = this.run.request
    const response = await authorizedFetch(new Request(url, { method: 'POST', headers, body, signal: this.signal }))
    const told = { status: response.status, statusText: response.statusText, headers: headersOf(response) }
    const isStream = response.ok && (told.headers['content-type'] ?? '').startsWith('text/event-stream')
    this.run = { ...this.run, response: told, isStream }
    if (isStream && response.body) await this.stream(response.body)
    else await this.whole(response)
  }

  end(status: Run['status']): void {
    this.run = { ...this.run, status, totalSeconds: this.seconds() }
  }

  fail(failure: NonNullable<Answer['failure']>): void {
    this.run = { ...this.run, answer: { ...this.run.answer, failure } }
    this.end('failed')
  }

  private async whole(response: Response): Promise<void> {
    const text = await response.text()
    const { protocol } = this.run
    const answer = response.ok
      ? answerOf(protocol, text)
      : { ...NO_ANSWER, failure: refusal(response.status, response.statusText, text) }
    this.run = { ...this.run, answer, received: [{ seconds: this.seconds(), text }] }
    this.end(answer.failure ? 'failed' : 'complete')
  }

  private async stream(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    const reader = body.getReader()
    let rest = ''
    for (;;) {
      const { done, value } = await reader.read()
      const cut = cutEvents(rest + decoder.decode(value, { stream: !done }))
      rest = cut.rest
      this.add(cut.events)
      if (done) break
    }
    if (rest.trim() !== '') this.add([rest])
    const { failure, finish } = this.run.answer
    if (failure) this.end('failed')
    else if (finish) this.end('complete')
    else this.fail({ status: 200, code: 'upstream_disconnected', message: '' })
  }

  private add(events: string[]): void {
    if (events.length === 0) return
    const seconds = this.seconds()
    let { answer, firstSeconds } = this.run
    for (const event of events) {
      const data = dataOf(event)
      if (data !== '' && data !== DONE) answer = withEvent(this.run.protocol, answer, data)
    }
    if (hasBegun(answer)) firstSeconds ??= seconds
    // The list grows in place: copying it at each event would make long answers slow.
    for (const text of events) this.run.received.push({ seconds, text })
    this.run = { ...this.run, answer, firstSeconds }
  }

  private seconds(): number {
    return (performance.now() - this.began) / 1000
  }
}

function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'))
}

export interface Figures {
  firstSeconds: number | null
  totalSeconds: number | null
  input: number | null
  output: number | null
  tokensPerSecond: number | null
  attempts: number | null
  overheadSeconds: number | null
  requestId: string | null
}

/** Less than this is no time to measure a pace by. */
const SHORTEST_SECONDS = 0.02

/** What a run is compared by. A stream's pace is counted from its first word on. */
export function figuresOf({ answer, response, firstSeconds, totalSeconds }: Run): Figures {
  const headers = response?.headers ?? {}
  const writing = totalSeconds === null ? 0 : totalSeconds - (firstSeconds ?? 0)
  const output = answer.usage?.output ?? null
  const overhead = numberIn(headers['x-guildhall-overhead-us'])
  return {
    firstSeconds,
    totalSeconds,
    input: answer.usage?.input ?? null,
    output,
    tokensPerSecond: output !== null && writing >= SHORTEST_SECONDS ? output / writing : null,
    attempts: numberIn(headers['x-guildhall-attempts']),
    overheadSeconds: overhead === null ? null : overhead / 1e6,
    requestId: headers['x-request-id'] ?? null,
  }
}

function numberIn(text: string | undefined): number | null {
  const value = Number(text)
  return text && Number.isFinite(value) ? value : null
}
