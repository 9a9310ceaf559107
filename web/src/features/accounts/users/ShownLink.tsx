import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/ui/CopyButton'
import { Time } from '@/ui/Time'
import styles from './UsersPanel.module.css'

/** A link to hand on, shown this once. */
export function ShownLink({ link, expiresAt }: { link: string; expiresAt: string }) {
  const { t } = useTranslation('people')
  return (
    <>
      <div className={styles.link}>
        <code data-testid="link">{link}</code>
        <CopyButton text={link} label={t('copyLink')} />
      </div>
      <p className={styles.note}>
        {t('linkUntil')} <Time at={expiresAt} withClock />
      </p>
    </>
  )
}
