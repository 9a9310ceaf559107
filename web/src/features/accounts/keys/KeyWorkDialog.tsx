import type { ApiKey } from '@/api/types'
import { ChangeKeyDialog } from './KeyDialog'
import type { KeyWork } from './KeyTable'
import { changeKey, revokeKey } from './queries'
import { RevokeDialog } from './RevokeDialog'
import { RotateDialog } from './RotateDialog'

interface KeyWorkDialogProps {
  kind: KeyWork
  apiKey: ApiKey
  models: string[]
  onRevoked?: () => void
  onClose: () => void
}

/** What one does with a key of one's own. */
export function KeyWorkDialog({ kind, apiKey, models, onRevoked, onClose }: KeyWorkDialogProps) {
  if (kind === 'change') {
    const save = (change: Parameters<typeof changeKey>[1]) => changeKey(apiKey.id, change)
    return <ChangeKeyDialog apiKey={apiKey} models={models} onSave={save} onClose={onClose} />
  }
  if (kind === 'rotate') {
    return <RotateDialog apiKey={apiKey} exampleModel={apiKey.models[0] ?? models[0] ?? null} onClose={onClose} />
  }
  const revoke = async () => {
    await revokeKey(apiKey.id)
    onRevoked?.()
  }
  return <RevokeDialog apiKey={apiKey} onRevoke={revoke} onClose={onClose} />
}
