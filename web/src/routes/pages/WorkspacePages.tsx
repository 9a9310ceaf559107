import { useParams } from '@tanstack/react-router'
import { DeskProvider } from '@/features/workspaces/desk/DeskProvider'
import { DeskView } from '@/features/workspaces/desk/DeskView'
import { WorkspaceLinks } from '@/features/workspaces/list/WorkspaceLinks'
import { WorkspacesPage as Workspaces } from '@/features/workspaces/list/WorkspacesPage'
import { useWorkspaceStream, useWorkspacesStream } from '@/features/workspaces/useWorkspaceStream'
import { WorkspaceSide } from '@/features/workspaces/WorkspaceSide'
import { Wing } from '../shell/Wing'
import { useUser } from '../useAccess'

export function WorkspacesPage() {
  useWorkspacesStream(useUser()?.id ?? null)
  return (
    <Wing side={(onLeave) => <WorkspaceLinks onLeave={onLeave} />}>
      <Workspaces />
    </Wing>
  )
}

/** One workspace: its files at the side, those that are open beside them. */
export function WorkspacePage() {
  const user = useUser()
  const { workspaceId } = useParams({ strict: false })
  return user && workspaceId && <One key={workspaceId} userId={user.id} workspaceId={workspaceId} />
}

function One({ userId, workspaceId }: { userId: string; workspaceId: string }) {
  useWorkspaceStream(workspaceId)
  return (
    <DeskProvider userId={userId} workspaceId={workspaceId}>
      <Wing side={(onLeave) => <WorkspaceSide onLeave={onLeave} />}>
        <DeskView />
      </Wing>
    </DeskProvider>
  )
}
