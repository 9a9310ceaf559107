/** Why an alert did not arrive, in the reader's language. */
import { useTranslation } from 'react-i18next'
import { codeText } from '@/ui/errorText'
import { useKnownText } from '@/ui/useKnownText'

/** What the other side said, within the server's own words: it stays as it is in every language. */
export function saidIn(code: string | null, message: string): string {
  if (code === 'status') return /\d{3}/.exec(message)?.[0] ?? ''
  return code === 'robot_refused' ? message.slice(message.indexOf('(')) : ''
}

export function useReason(): (code: string | null, message: string) => string {
  const { i18n } = useTranslation('admin')
  const text = useKnownText()
  return (code, message) =>
    text(`admin:alerts.reasons.${code}`, codeText(i18n, code, message), { said: saidIn(code, message) })
}
