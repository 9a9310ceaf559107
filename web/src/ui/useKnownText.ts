/** Words that the server makes up: our translation where there is one, else the server's own words. */
import type { i18n } from 'i18next'
import { useTranslation } from 'react-i18next'

type KnownText = (key: string, otherwise: string, values?: Record<string, unknown>) => string

export function knownText(i18next: Pick<i18n, 'exists' | 't'>): KnownText {
  return (key, otherwise, values = {}) =>
    i18next.exists(key) ? String(i18next.t(key as never, values as never)) : otherwise
}

export function useKnownText(): KnownText {
  return knownText(useTranslation().i18n)
}
