/** What a notification says: our translation of its kind where there is one, else the server's own words. */
import type { Notification } from '@/api/types'
import { knownText } from '@/ui/useKnownText'

export function noticeWords(
  i18next: Parameters<typeof knownText>[0],
  { kind, title, body }: Pick<Notification, 'kind' | 'title' | 'body'>,
): { title: string; body: string } {
  const known = knownText(i18next)
  return {
    title: known(`notifications:kinds.${kind}.title`, title),
    body: known(`notifications:kinds.${kind}.body`, body),
  }
}
