import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import styles from './KeysPanel.module.css'
import { NewKeyDialog } from './NewKeyDialog'
import { rotateKey } from './queries'

const GRACES = ['0', '3600', '86400', '604800'] as const

type Grace = (typeof GRACES)[number]

interface RotateDialogProps {
  apiKey: ApiKey
  exampleModel: string | null
  onClose: () => void
}

/** A new secret for the same key; the old one may go on for a while, so that nothing stops meanwhile. */
export function RotateDialog({ apiKey, exampleModel, onClose }: RotateDialogProps) {
  const { t } = useTranslation(['settings', 'common'])
  const [grace, setGrace] = useState<Grace>('86400')
  const rotate = useMutation({ mutationFn: () => rotateKey(apiKey.id, Number(grace)) })
  if (rotate.isSuccess) {
    return (
      <NewKeyDialog title={t('keys.rotatedTitle')} made={rotate.data} exampleModel={exampleModel} onClose={onClose} />
    )
  }
  return (
    <Dialog title={t('keys.rotateTitle', { name: apiKey.name })} onClose={onClose}>
      <p>{t('keys.rotateText')}</p>
      <Field label={t('keys.grace')} hint={t(grace === '0' ? 'keys.graceNone' : 'keys.graceHint')}>
        {(field) => (
          <Select
            {...field}
            value={grace}
            options={GRACES.map((value) => ({ value, label: t(`keys.graces.${value}`) }))}
            onChange={setGrace}
          />
        )}
      </Field>
      {rotate.isError && <ErrorNotice error={rotate.error} />}
      <div className={styles.buttons}>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button type="primary" loading={rotate.isPending} onClick={() => rotate.mutate()}>
          {t('keys.rotate')}
        </Button>
      </div>
    </Dialog>
  )
}
