import { CaretRightOutlined, ClearOutlined, PlusOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { toast } from '@/ui/toast'
import { MOST_COLUMNS, newId } from './draft'
import styles from './Playground.module.css'
import { hasSomething } from './problems'
import type { Bench } from './usePlayground'

/** What the page is, and what can be done with all of it. */
export function RunBar({ bench }: { bench: Bench }) {
  const { t } = useTranslation('playground')
  const { draft, change, canRun, isRunning } = bench
  const add = () => change({ columns: [...draft.columns, { id: newId(), model: '' }] })
  const reset = () => {
    const undo = bench.reset()
    toast(t('resetDone'), { label: t('undo'), onPick: undo })
  }
  return (
    <header className={styles.bar}>
      <h1 className={styles.title}>{t('title')}</h1>
      <IconButton label={t('reset')} icon={<ClearOutlined aria-hidden="true" />} tip="below" onClick={reset} />
      {draft.columns.length < MOST_COLUMNS && (
        <Button icon={<PlusOutlined aria-hidden="true" />} onClick={add}>
          {t('addModel')}
        </Button>
      )}
      <div className={styles.run}>
        {!canRun && (
          <span className={styles.hint} role="status">
            {t(hasSomething(draft) ? 'mend' : 'writeFirst')}
          </span>
        )}
        {isRunning ? (
          <Button
            type="primary"
            icon={<span className={styles.square} />}
            title={t('stopKeys')}
            onClick={() => bench.stop()}
          >
            {t('stopAll')}
          </Button>
        ) : (
          <Button
            type="primary"
            icon={<CaretRightOutlined aria-hidden="true" />}
            disabled={!canRun}
            title={t('runKeys')}
            onClick={() => bench.run()}
          >
            {t('run')}
          </Button>
        )}
      </div>
    </header>
  )
}
