/** A session as a file in the browser's downloads. */
import i18next from 'i18next'
import { client, unwrap } from '@/api/client'
import type { Session } from '@/api/types'
import { saveFile } from '@/ui/saveFile'

export type ExportFormat = 'markdown' | 'json'

export async function exportSession(session: Session, format: ExportFormat): Promise<void> {
  const language = i18next.language === 'zh' ? 'zh' : 'en'
  const answer = client.GET('/api/v1/chat/sessions/{session_id}/export', {
    params: { path: { session_id: session.id }, query: { format, language } },
    parseAs: 'blob',
  })
  const file = (await unwrap(answer)) as Blob
  const { response } = await answer
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')
  saveFile(decodeURIComponent(named?.[1] ?? 'session'), file)
}
