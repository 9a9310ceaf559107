import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { toast } from '@/ui/toast'
import styles from './KeysPanel.module.css'
import { revokeKey } from './queries'

/** Revoking cannot be undone, so it is asked. */
export function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const revoke = useMutation({
    mutationFn: () => revokeKey(apiKey.id),
    onSuccess: () => {
      toast(t('keys.revoked', { name: apiKey.name }))
      onClose()
    },
  })
  return (
    <Dialog title={t('keys.revokeTitle', { name: apiKey.name })} onClose={onClose}>
      <p>{t('keys.revokeText')}</p>
      {revoke.isError && <ErrorNotice error={revoke.error} />}
      <div className={styles.buttons}>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button type="primary" danger loading={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('keys.revoke')}
        </Button>
      </div>
    </Dialog>
  )
}
