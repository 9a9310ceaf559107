import { useTranslation } from 'react-i18next'
import styles from './Changes.module.css'
import { type Change, shownValue } from './changes'

/** Before and after, line by line. */
export function Changes({ changes }: { changes: Change[] }) {
  const { t } = useTranslation()
  if (changes.length === 0) return <p className={styles.none}>{t('changes.none')}</p>
  return (
    <dl className={styles.changes}>
      {changes.map(({ path, before, after }) => (
        <div key={path} className={styles.change}>
          <dt>{path}</dt>
          {before !== undefined && (
            <dd className={styles.before}>
              <span className="visually-hidden">{t('changes.before')} </span>
              {shownValue(before)}
            </dd>
          )}
          {after !== undefined && (
            <dd className={styles.after}>
              <span className="visually-hidden">{t('changes.after')} </span>
              {shownValue(after)}
            </dd>
          )}
        </div>
      ))}
    </dl>
  )
}
