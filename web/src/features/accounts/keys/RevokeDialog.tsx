import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { toast } from '@/ui/toast'

interface RevokeDialogProps {
  apiKey: ApiKey
  onRevoke: () => Promise<void>
  onClose: () => void
}

/** Revoking cannot be undone, so it is asked. */
export function RevokeDialog({ apiKey, onRevoke, onClose }: RevokeDialogProps) {
  const { t } = useTranslation('settings')
  return (
    <ConfirmDialog
      danger
      title={t('keys.revokeTitle', { name: apiKey.name })}
      action={t('keys.revoke')}
      onConfirm={onRevoke}
      onDone={() => toast(t('keys.revoked', { name: apiKey.name }))}
      onClose={onClose}
    >
      <p>{t('keys.revokeText')}</p>
    </ConfirmDialog>
  )
}
