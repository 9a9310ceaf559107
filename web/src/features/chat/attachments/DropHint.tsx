import { useTranslation } from 'react-i18next'
import styles from './DropHint.module.css'

/** Says what happens to what is held over the conversation. */
export function DropHint() {
  const { t } = useTranslation('attachments')
  return <div className={styles.hint}>{t('dropHere')}</div>
}
