import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import styles from './UnifiedDiff.module.css'
import { type DiffLine, diffLines } from './unifiedDiff'

const SHOWN = 400
const SIGNS = { added: '+', removed: '−', same: ' ', gap: '⋯' }

/** What a change adds and takes away, line by line; the rest of a very long one is shown when asked for. */
export function UnifiedDiff({ diff, label }: { diff: string; label: string }) {
  const { t } = useTranslation()
  const lines = useMemo(() => diffLines(diff), [diff])
  const [all, setAll] = useState(false)
  const shown = all ? lines : lines.slice(0, SHOWN)
  if (lines.length === 0) return <pre className={styles.plain}>{diff}</pre>
  return (
    <div className={styles.diff}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll sideways, also by keyboard */}
      <section className={styles.scroller} aria-label={label} tabIndex={0}>
        <table className={styles.table}>
          <tbody>
            {shown.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of one diff never move
              <Line key={index} line={line} />
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < lines.length && (
        <Button size="small" onClick={() => setAll(true)}>
          {t('diff.all', { count: lines.length })}
        </Button>
      )}
    </div>
  )
}

function Line({ line }: { line: DiffLine }) {
  const { t } = useTranslation()
  return (
    <tr className={styles[line.kind]}>
      <td className={styles.number}>{line.before}</td>
      <td className={styles.number}>{line.after}</td>
      <td className={styles.text} translate="no">
        <span className={styles.sign} aria-hidden="true">
          {SIGNS[line.kind]}
        </span>
        {(line.kind === 'added' || line.kind === 'removed') && (
          <span className="visually-hidden">{t(`diff.${line.kind}`)} </span>
        )}
        {line.text}
      </td>
    </tr>
  )
}
