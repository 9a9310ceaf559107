import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import styles from './BatchDialogs.module.css'
import type { Report } from './useBatchActions'

/** What was not done, and why: everything else was. */
export function ReportDialog({ report, onClose }: { report: Report; onClose: () => void }) {
  const { t } = useTranslation('workspaces')
  return (
    <Dialog title={report.title} onClose={onClose}>
      <p className={styles.text}>{t('batch.rest')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the window is scrolled by keyboard */}
      <ul className={styles.lines} tabIndex={0} aria-label={report.title}>
        {report.lines.map(({ path, words }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an archive may have one name twice, and the list never changes
          <li key={index}>
            <span className={styles.path}>{path}</span>
            <span className={styles.words}>{words}</span>
          </li>
        ))}
        {report.more > 0 && <li>{t('batch.more', { count: report.more })}</li>}
      </ul>
      <div className={styles.buttons}>
        <Button type="primary" data-autofocus onClick={onClose}>
          {t('batch.close')}
        </Button>
      </div>
    </Dialog>
  )
}
