/** What kinds of data are called, and how long they are kept, in words. */
import { useTranslation } from 'react-i18next'
import { useKnownText } from '@/ui/useKnownText'

export function useKindWords() {
  const { t } = useTranslation('admin')
  const text = useKnownText()
  const field = (kind: string) => `admin:configuration.documents.retention.fields.${kind}`
  return {
    title: (kind: string) => text(`${field(kind)}.label`, kind),
    text: (kind: string, description: string) => text(`${field(kind)}.hint`, description),
    days: (days: number | null) => (days === null ? t('retention.forEver') : t('retention.days', { count: days })),
  }
}
