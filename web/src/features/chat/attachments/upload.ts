/** Sends one file and tells how far it is, which `fetch` can't. */
import { auth } from '@/api/auth'
import { ApiError, errorFrom } from '@/api/errors'
import type { Attachment } from '@/api/types'

export async function upload(
  name: string,
  file: File,
  signal: AbortSignal,
  onProgress: (sent: number) => void,
): Promise<Attachment> {
  const access = await auth.renew()
  signal.throwIfAborted()
  return await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/v1/chat/attachments?name=${encodeURIComponent(name)}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    if (access) request.setRequestHeader('authorization', `Bearer ${access.token}`)
    request.upload.onprogress = ({ loaded }) => onProgress(loaded)
    request.onerror = () => reject(new ApiError(0, 'unreachable', ''))
    request.onabort = () => reject(signal.reason)
    request.onload = () => {
      const body: unknown = parsed(request.responseText)
      if (request.status === 201) resolve(body as Attachment)
      else reject(errorFrom(new Response(null, { status: request.status }), body))
    }
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
