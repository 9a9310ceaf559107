import { useTranslation } from 'react-i18next'
import type { Part, ToolCall } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { UnifiedDiff } from '@/ui/UnifiedDiff'
import styles from './ToolCard.module.css'
import { ToolOutput } from './ToolOutput'
import { argumentText, outcomeOf, toolDetails } from './tool'

/** All of a call: what it was given, what it changed, what it printed. */
export function ToolContent({ part, call }: { part: Part; call: ToolCall }) {
  const { t } = useTranslation('agents')
  const { diff, paths, exitCode, truncated } = toolDetails(call)
  const { output, folder } = outcomeOf(part.text, exitCode)
  const went = exitCode === 0 // else the line above says so
  return (
    <>
      <Arguments call={call} folded={diff !== null} />
      {diff !== null && <UnifiedDiff diff={diff} label={t('changes')} />}
      {output !== '' && <ToolOutput text={output} going={part.ended_at === null} />}
      {(paths.length > 1 || went || folder !== null || truncated) && (
        <p className={styles.facts}>
          {went && <span>{t('exitCode', { code: exitCode })}</span>}
          {folder !== null && (
            <span>
              {t('folder')} <code translate="no">{folder}</code>
            </span>
          )}
          {truncated && <span>{t('truncated')}</span>}
          {paths.length > 1 && (
            <span>
              {t('paths')} <code translate="no">{paths.join(', ')}</code>
            </span>
          )}
        </p>
      )}
    </>
  )
}

function Arguments({ call, folded }: { call: ToolCall; folded: boolean }) {
  const { t } = useTranslation('agents')
  const given = Object.entries(call.arguments)
  if (given.length === 0) return null
  return (
    <details className={styles.arguments} open={!folded}>
      <summary>{t('arguments')}</summary>
      <dl className={styles.given}>
        {given.map(([name, value]) => (
          <div key={name} className={styles.argument}>
            <dt translate="no">{name}</dt>
            <dd>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long argument scrolls, also by keyboard */}
              <pre tabIndex={0} translate="no">
                {argumentText(value)}
              </pre>
              <CopyButton text={argumentText(value)} label={t('copyArgument', { name })} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
