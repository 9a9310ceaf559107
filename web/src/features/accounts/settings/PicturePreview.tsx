import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { toast } from '@/ui/toast'
import styles from './ProfilePanel.module.css'
import { uploadPicture } from './queries'

/** How the chosen picture will look, before it is everyone's to see. */
export function PicturePreview({ picture, onClose }: { picture: Blob; onClose: () => void }) {
  const { t } = useTranslation('settings')
  const address = useAddress(picture)
  return (
    <ConfirmDialog
      title={t('picture.previewTitle')}
      action={t('picture.use')}
      onConfirm={() => uploadPicture(picture)}
      onDone={() => toast(t('picture.saved'))}
      onClose={onClose}
    >
      <div className={styles.preview}>
        {address && <img className={styles.large} src={address} alt={t('picture.preview')} />}
        {address && <img className={styles.small} src={address} alt="" />}
      </div>
    </ConfirmDialog>
  )
}

function useAddress(blob: Blob): string | null {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    const made = URL.createObjectURL(blob)
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return address
}
