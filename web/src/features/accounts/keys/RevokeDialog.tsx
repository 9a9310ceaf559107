import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { toast } from '@/ui/toast'
import { revokeKey } from './queries'

/** Revoking cannot be undone, so it is asked. */
export function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation('settings')
  return (
    <ConfirmDialog
      danger
      title={t('keys.revokeTitle', { name: apiKey.name })}
      action={t('keys.revoke')}
      onConfirm={() => revokeKey(apiKey.id)}
      onDone={() => toast(t('keys.revoked', { name: apiKey.name }))}
      onClose={onClose}
    >
      <p>{t('keys.revokeText')}</p>
    </ConfirmDialog>
  )
}
