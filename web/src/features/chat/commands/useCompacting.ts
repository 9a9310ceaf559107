/** What `/compact` offers behind its name: to sum up now, with what is typed kept in mind. */
import { useTranslation } from 'react-i18next'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import type { ComposerEntry } from '../ComposerMenu'
import { compact } from '../summaries/summaries'
import type { CommandPlace } from './SlashCommands'
import type { Typed } from './words'

export function useCompacting({ session }: CommandPlace, typed: Typed | null, onDone: () => void): ComposerEntry[] {
  const { t } = useTranslation('prompts')
  const words = useErrorText()
  if (!session || typed?.name !== 'compact' || typed.rest === null) return []
  const note = typed.rest.trim()
  const onPick = () => {
    onDone()
    compact(session.id, { note }).catch((thrown: unknown) => toast(words(thrown)))
  }
  const text = note ? t('compacting.with', { note }) : t('compacting.without')
  return [{ key: 'compact', name: t('compacting.now'), text, onPick }]
}
