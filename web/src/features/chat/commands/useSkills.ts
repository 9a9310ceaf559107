/** The skills of a chat's workspace, as entries of the menu that `/` opens: each begins a message that asks for it. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client, unwrap } from '@/api/client'
import type { ComposerEntry } from '../ComposerMenu'

export function useSkills(
  workspaceId: string | null,
  isOpen: boolean,
  onText: (text: string) => void,
): { skills: (ComposerEntry & { text: string })[]; areKnown: boolean } {
  const { t } = useTranslation('prompts')
  const id = workspaceId ?? ''
  const { data, isPending } = useQuery({
    queryKey: ['workspaces', id, 'skills'],
    queryFn: () =>
      unwrap(client.GET('/api/v1/workspaces/{workspace_id}/skills', { params: { path: { workspace_id: id } } })),
    enabled: isOpen && id !== '',
  })
  const skills = (data?.items ?? []).map(({ name, description }) => ({
    key: `skill ${name}`,
    name: `/${name}`,
    text: t('skill', { description }),
    onPick: () => onText(t('useSkill', { name })),
  }))
  return { skills, areKnown: id === '' || !isPending }
}
