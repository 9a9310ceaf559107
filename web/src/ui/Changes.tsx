import { useTranslation } from 'react-i18next'
import styles from './Changes.module.css'
import { type Change, shownValue } from './changes'

const SHOWN = 4

/** Before and after, line by line; what is beyond the first few can be opened. */
export function Changes({ changes }: { changes: Change[] }) {
  const { t } = useTranslation()
  if (changes.length === 0) return <p className={styles.none}>{t('changes.none')}</p>
  const hidden = changes.slice(SHOWN)
  if (hidden.length < 2) return <Lines changes={changes} />
  return (
    <div className={styles.changes}>
      <Lines changes={changes.slice(0, SHOWN)} />
      <details className={styles.more}>
        <summary>{t('changes.more', { count: hidden.length })}</summary>
        <Lines changes={hidden} />
      </details>
    </div>
  )
}

function Lines({ changes }: { changes: Change[] }) {
  const { t } = useTranslation()
  return (
    <dl className={styles.changes}>
      {changes.map(({ path, before, after }) => (
        <div key={path} className={styles.change}>
          <dt translate="no">{path}</dt>
          {before !== undefined && (
            <dd className={styles.before}>
              <span className="visually-hidden">{t('changes.before')} </span>
              <span translate="no">{shownValue(before)}</span>
            </dd>
          )}
          {after !== undefined && (
            <dd className={styles.after}>
              <span className="visually-hidden">{t('changes.after')} </span>
              <span translate="no">{shownValue(after)}</span>
            </dd>
          )}
        </div>
      ))}
    </dl>
  )
}
