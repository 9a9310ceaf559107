/** Plain words for every failure: the translation of its code, else what the server said. */
import type { i18n } from 'i18next'
import { useTranslation } from 'react-i18next'
import { asApiError, isRecord } from '@/api/errors'
import { bytesIn } from './format'

export function errorText(i18next: i18n, thrown: unknown): string {
  const { code, message, details } = asApiError(thrown)
  return codeText(i18next, code, message, limitOf(i18next, details))
}

/** Wings whose failures have words of their own, which come with their pages. */
const WINGS = [
  'admin',
  'agents',
  'attachments',
  'branches',
  'calls',
  'gateway',
  'mcp',
  'models',
  'prompts',
  'sessions',
  'turns',
  'workspaces',
]

/** How much there may be, where the server tells: for the words of that code that name it. */
function limitOf(i18next: i18n, details: unknown): object {
  const bytes = isRecord(details) ? details.limit_bytes : null
  return typeof bytes === 'number' ? { context: 'limited', limit: bytesIn(i18next.language, bytes) } : {}
}

export function codeText(i18next: i18n, code: string | null, message: string, more: object = {}): string {
  const keys = [`errors:${code}`, ...WINGS.map((wing) => `${wing}:errors.${code}`)]
  const key = code && keys.find((each) => i18next.exists(each))
  if (key) return String(i18next.t(key as never, more as never))
  return message || i18next.t('errors:unexpected')
}

/** Our words first, the server's own below them when they say more. */
export function withDetail(words: string, message: string): { first: string; second: string | null } {
  if (message === '' || message === words) return { first: words, second: null }
  return message.startsWith(words) ? { first: message, second: null } : { first: words, second: message }
}

export function useErrorText(): (thrown: unknown) => string {
  const { i18n: i18next } = useTranslation('errors')
  return (thrown) => errorText(i18next, thrown)
}
