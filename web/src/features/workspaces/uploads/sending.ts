/** Sends one file piece by piece, and goes on where it stopped when the connection comes back. */
import { asApiError } from '@/api/errors'
import type { Upload } from '@/api/types'

export interface UploadApi {
  begin(path: string, size: number, replaces: boolean): Promise<Upload>
  find(id: string): Promise<Upload>
  send(id: string, offset: number, piece: Blob, signal: AbortSignal): Promise<Upload>
  complete(id: string): Promise<unknown>
}

export interface Sending {
  path: string
  file: Blob
  replaces: boolean
  /** An upload of the same file that was begun before. */
  begun: Upload | null
  signal: AbortSignal
  /** Resolves when it is worth trying again. */
  pause(attempt: number): Promise<void>
  onBegun(upload: Upload): void
  onProgress(sent: number): void
  onPaused(isPaused: boolean): void
}

const SMALL_PIECE = 1024 * 1024
const LARGE_PIECE = 4 * 1024 * 1024
const LARGE_FROM = 64 * 1024 * 1024

/** Resolves when the file is in its place. Throws ApiError for what trying again does not mend, and when it was cancelled. */
export async function sendFile(api: UploadApi, sending: Sending): Promise<void> {
  const { path, file, replaces, begun } = sending
  const upload = begun ?? (await patiently(sending, () => api.begin(path, file.size, replaces)))
  sending.onBegun(upload)
  await sendPieces(api, sending, upload)
  let isAsked = false
  await patiently(sending, async () => {
    try {
      await api.complete(upload.id)
    } catch (thrown) {
      // The answer to the first time was lost: what is complete is no upload any more.
      if (isAsked && asApiError(thrown).code === 'upload_not_found') return
      isAsked = true
      throw thrown
    }
  })
}

async function sendPieces(api: UploadApi, sending: Sending, upload: Upload): Promise<void> {
  const { file, signal } = sending
  const length = file.size > LARGE_FROM ? LARGE_PIECE : SMALL_PIECE
  let offset = upload.offset
  let isSure = true
  while (offset < file.size || !isSure) {
    sending.onProgress(offset)
    const answer = await patiently(sending, async () => {
      if (!isSure) return await api.find(upload.id)
      isSure = false
      return await api.send(upload.id, offset, file.slice(offset, offset + length), signal)
    })
    offset = answer.offset
    isSure = true
  }
  sending.onProgress(offset)
}

/** Tries again for as long as only the way there is broken. */
async function patiently<T>(sending: Sending, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    sending.signal.throwIfAborted()
    try {
      const answer = await work()
      if (attempt > 0) sending.onPaused(false)
      return answer
    } catch (thrown) {
      if (sending.signal.aborted || !isPassing(thrown)) throw thrown
      sending.onPaused(true)
      await sending.pause(attempt)
    }
  }
}

const PASSING = new Set(['wrong_offset', 'upload_busy', 'upload_interrupted', 'request_timeout'])

function isPassing(thrown: unknown): boolean {
  const { status, code } = asApiError(thrown)
  return (status === 0 && code === 'unreachable') || status >= 500 || status === 429 || PASSING.has(code)
}
