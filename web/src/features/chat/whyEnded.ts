/** Why an answer ended before its end: in the reader's words, and below them the server's own where those say more. */
import type { i18n } from 'i18next'
import type { Message } from '@/api/types'
import { codeText, withDetail } from '@/ui/errorText'

/** What an answer reached that it may take: all these codes begin so. */
const LIMITS = 'turn_'

export function isLimit(code: string): boolean {
  return code.startsWith(LIMITS)
}

/** A limit is the hall's own, and is told in the reader's language alone. */
export function whyEnded(i18next: i18n, { code, message }: NonNullable<Message['error']>): (string | null)[] {
  const { first, second } = withDetail(codeText(i18next, code, message), message)
  return isLimit(code) ? [first] : [first, second]
}
