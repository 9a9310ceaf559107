/** What commands with something to choose offer after their name. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Mode } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import type { ComposerEntry } from '../ComposerMenu'
import { rememberModel } from '../drafts'
import { type ExportFormat, exportSession } from '../exportSession'
import { modelsQuery, type SessionChange } from '../queries'
import type { CommandPlace } from './SlashCommands'

type Choice = ComposerEntry & { text: string }

const MODES: Mode[] = ['plan', 'ask', 'edit', 'full']
const FORMATS: ExportFormat[] = ['markdown', 'json']

export function useChoices({ session, onChange }: CommandPlace): Record<string, Choice[] | undefined> {
  const { t } = useTranslation(['prompts', 'agents', 'sessions'])
  const words = useErrorText()
  const { data: models = [] } = useQuery(modelsQuery)
  const say = (thrown: unknown) => toast(words(thrown))
  const change = (wanted: SessionChange) => void onChange?.(wanted).catch(say)
  return {
    ...(onChange && {
      model: models.map(({ name }) => ({
        key: name,
        name,
        text: '',
        onPick: () => {
          rememberModel(name)
          change({ model: name })
        },
      })),
      mode: MODES.map((mode) => ({
        key: mode,
        name: t(`agents:mode.${mode}.name`),
        text: t(`agents:mode.${mode}.text`),
        onPick: () => change({ mode }),
      })),
    }),
    ...(session && {
      export: FORMATS.map((format) => ({
        key: format,
        name: t(`sessions:export.${format}`),
        text: '',
        onPick: () => void exportSession(session, format).catch(say),
      })),
    }),
  }
}
