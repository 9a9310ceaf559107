import { Inbox } from '@/features/chat/permissions/Inbox'

export function PermissionsPage() {
  return <Inbox />
}
