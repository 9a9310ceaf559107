import { useTranslation } from 'react-i18next'
import { CopyLine } from '@/ui/CopyLine'
import { Time } from '@/ui/Time'
import styles from './UsersPanel.module.css'

/** A link to hand on, shown this once. */
export function ShownLink({ link, expiresAt }: { link: string; expiresAt: string }) {
  const { t } = useTranslation('people')
  return (
    <>
      <CopyLine text={link} label={t('copyLink')} testId="link" />
      <p className={styles.note}>
        {t('linkUntil')} <Time at={expiresAt} withClock />
      </p>
    </>
  )
}
