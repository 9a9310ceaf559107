import { useTranslation } from 'react-i18next'
import type { ConfigurationDocument } from '@/api/types'
import { Button } from '@/ui/Button'
import { Changes } from '@/ui/Changes'
import { changesBetween } from '@/ui/changes'
import styles from './DocumentEditor.module.css'
import type { DocumentForm } from './useDocumentForm'

interface ChangedMeanwhileProps {
  form: DocumentForm
  theirs: ConfigurationDocument
}

/** Somebody else saved first: what they changed, and whose version shall hold. */
export function ChangedMeanwhile({ form, theirs }: ChangedMeanwhileProps) {
  const { t } = useTranslation('admin')
  const who = theirs.changed_by_name ?? t('configuration.somebody')
  return (
    <div className={styles.conflict} role="alert">
      <p>
        <strong>{t('configuration.conflictTitle', { name: who })}</strong>
      </p>
      <p>{t('configuration.conflictText')}</p>
      <Changes changes={changesBetween(form.base.value, theirs.value)} />
      <div className={styles.conflictButtons}>
        <Button onClick={() => form.begin(theirs)}>{t('configuration.takeTheirs')}</Button>
        <Button danger loading={form.save.isPending} onClick={() => form.save.mutate(theirs.revision)}>
          {t('configuration.keepMine')}
        </Button>
      </div>
    </div>
  )
}
