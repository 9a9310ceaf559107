/** Delete at once, and offer to undo it. */
import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Workspace } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { deleteWorkspace, restoreWorkspace } from '../queries'

export function useDeleteWorkspace(): (workspace: Workspace) => void {
  const { t } = useTranslation('workspaces')
  const words = useErrorText()
  const navigate = useNavigate()
  const { workspaceId } = useParams({ strict: false })
  const remove = async (workspace: Workspace) => {
    if (workspaceId === workspace.id) await navigate({ to: '/workspaces' })
    await deleteWorkspace(workspace.id)
    toast(t('deleted', { name: workspace.name }), {
      label: t('undo'),
      onPick: () => {
        restoreWorkspace(workspace.id).catch((thrown: unknown) => toast(words(thrown)))
      },
    })
  }
  return (workspace) => {
    remove(workspace).catch((thrown: unknown) => toast(words(thrown)))
  }
}
