/** What a notification says: our translation of its kind where there is one, else the server's own words. */
import type { i18n } from 'i18next'
import type { Notification } from '@/api/types'

export function noticeWords(
  i18next: Pick<i18n, 'exists' | 't'>,
  { kind, title, body }: Pick<Notification, 'kind' | 'title' | 'body'>,
): { title: string; body: string } {
  const known = (part: 'title' | 'body', otherwise: string) => {
    const key = `notifications:kinds.${kind}.${part}`
    return i18next.exists(key) ? String(i18next.t(key as never)) : otherwise
  }
  return { title: known('title', title), body: known('body', body) }
}
