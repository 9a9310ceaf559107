/** Plain words for every failure: the translation of its code, else what the server said. */
import type { i18n } from 'i18next'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'

export function errorText(i18next: i18n, thrown: unknown): string {
  const { code, message } = asApiError(thrown)
  return codeText(i18next, code, message)
}

/** Wings whose failures have words of their own, which come with their pages. */
const WINGS = ['admin', 'agents', 'attachments', 'mcp', 'models', 'prompts', 'sessions', 'turns', 'workspaces']

export function codeText(i18next: i18n, code: string | null, message: string): string {
  const keys = [`errors:${code}`, ...WINGS.map((wing) => `${wing}:errors.${code}`)]
  const key = code && keys.find((each) => i18next.exists(each))
  if (key) return i18next.t(key as never)
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
