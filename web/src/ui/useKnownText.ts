/** Names that the server makes up: our translation where there is one, else the server's own words. */
import { useTranslation } from 'react-i18next'

export function useKnownText(): (key: string, otherwise: string, values?: Record<string, unknown>) => string {
  const { i18n } = useTranslation()
  return (key, otherwise, values = {}) => (i18n.exists(key) ? String(i18n.t(key as never, values as never)) : otherwise)
}
