import { Archive } from '@/features/chat/archive/Archive'

export function ArchivePage() {
  return <Archive />
}
