import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { makeResetLink } from './queries'
import { ShownLink } from './ShownLink'
import styles from './UsersPanel.module.css'

/** A way back in for somebody who has lost the password. */
export function ResetDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const { t } = useTranslation(['people', 'common'])
  const make = useMutation({ mutationFn: () => makeResetLink(person.id) })
  return (
    <Dialog title={t('reset.title', { name: person.name })} onClose={onClose}>
      <p>{t(make.isSuccess ? 'reset.made' : 'reset.text', { name: person.name })}</p>
      {make.isSuccess && <ShownLink link={make.data.link} expiresAt={make.data.expires_at} />}
      {make.isError && <ErrorNotice error={make.error} />}
      <div className={styles.buttons}>
        {make.isSuccess ? (
          <Button type="primary" onClick={onClose}>
            {t('done')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('common:cancel')}</Button>
            <Button type="primary" loading={make.isPending} onClick={() => make.mutate()}>
              {t('reset.make')}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  )
}
