/** The commands that there are in a place; each empties the box, or goes on to what it lets one choose. */
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '@/ui/Dialog'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import type { ComposerEntry } from '../ComposerMenu'
import { useFork } from '../forks/useFork'
import { MannerDialog } from '../manner/MannerDialog'
import { retryAnswer } from '../queries'
import { RenameField } from '../RenameField'
import { ShareDialog } from '../shares/ShareDialog'
import { useArchive } from '../useArchive'
import type { CommandPlace } from './SlashCommands'

interface CommandsProps {
  place: CommandPlace
  onText: (text: string) => void
  show: (dialog: ReactNode) => void
}

const NAMES = [
  'new',
  'temporary',
  'search',
  'prompts',
  'model',
  'mode',
  'settings',
  'rename',
  'retry',
  'compact',
  'fork',
  'export',
  'share',
  'archive',
] as const
type Name = (typeof NAMES)[number]

export function useCommands({ place, onText, show }: CommandsProps): (ComposerEntry & { text: string })[] {
  const { t } = useTranslation('prompts')
  const navigate = useNavigate()
  const words = useErrorText()
  const { archive } = useArchive()
  const fork = useFork()
  const { session, kept, onChange } = place
  const close = () => show(null)
  const acts: Partial<Record<Name, () => void>> = {
    new: () => void navigate({ to: '/chat' }),
    temporary: () => void navigate({ to: '/chat/temporary' }),
    search: () => void navigate({ to: '/chat/search' }),
    prompts: () => void navigate({ to: '/chat/prompts' }),
    ...(onChange && { model: () => onText('/model '), mode: () => onText('/mode ') }),
    ...(onChange && kept && { settings: () => show(<MannerDialog value={kept} onKeep={onChange} onClose={close} />) }),
    ...(session && {
      rename: () =>
        show(
          <Dialog title={t('command.rename')} onClose={close}>
            <RenameField session={session} onDone={close} />
          </Dialog>,
        ),
      retry: () => void retryAnswer(session.id).catch((thrown: unknown) => toast(words(thrown))),
      compact: () => onText('/compact '),
      fork: () => fork(session.id),
      export: () => onText('/export '),
      share: () => show(<ShareDialog session={session} onClose={close} />),
      archive: () => archive(session),
    }),
  }
  return NAMES.filter((name) => acts[name]).map((name) => ({
    key: name,
    name: `/${name}`,
    text: t(`command.${name}`),
    onPick: () => {
      onText('')
      acts[name]?.()
    },
  }))
}
