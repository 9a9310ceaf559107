import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { toast } from '@/ui/toast'
import styles from './ChannelEditor.module.css'
import { deleteChannel } from './queries'

/** Deleting forgets the provider's key for good, so it is asked. */
export function DeleteChannelDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTranslation(['gateway', 'common'])
  const remove = useMutation({
    mutationFn: () => deleteChannel(channel.id),
    onSuccess: () => {
      toast(t('channels.deleted', { name: channel.name }))
      onClose()
    },
  })
  return (
    <Dialog title={t('channels.deleteTitle', { name: channel.name })} onClose={onClose}>
      <p>{t('channels.deleteText')}</p>
      {remove.isError && <ErrorNotice error={remove.error} />}
      <div className={styles.buttons}>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button type="primary" danger loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('channels.delete')}
        </Button>
      </div>
    </Dialog>
  )
}
