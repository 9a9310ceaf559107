import { useTranslation } from 'react-i18next'
import type { Permission } from '@/api/types'
import { Tag } from '@/ui/Tag'
import { UnifiedDiff } from '@/ui/UnifiedDiff'
import { argumentText } from '../tools/tool'
import { useToolWords } from '../tools/useToolWords'
import styles from './PermissionCard.module.css'
import { type Risk, risksOf } from './risks'

const GRAVE: ReadonlySet<Risk> = new Set(['unconfined', 'destructive', 'secret'])

/** What a call would touch, part by part, why, and what to look at twice. */
export function WhatIsAsked({ permission }: { permission: Permission }) {
  const { t } = useTranslation('agents')
  const words = useToolWords()
  const { patterns, details } = permission
  const { diff, command, reason } = details
  const isCompound = typeof command === 'string' && (patterns.length > 1 || patterns[0] !== command)
  const given = details.arguments
  const risks = risksOf(permission)
  return (
    <>
      {typeof reason === 'string' && reason !== '' && <p className={styles.why}>{reason}</p>}
      {isCompound && (
        <pre className={styles.command} translate="no">
          {command}
        </pre>
      )}
      {isCompound && patterns.length > 0 && <p className={styles.why}>{t('partsOf', { count: patterns.length })}</p>}
      {given === undefined ? (
        <ul className={styles.parts}>
          {patterns.map((pattern) => (
            <li key={pattern}>
              <code translate="no">{pattern}</code>
            </li>
          ))}
          {patterns.length === 0 && <li>{t('nothingNamed', { tool: words(permission.tool) })}</li>}
        </ul>
      ) : (
        <>
          <code translate="no">{permission.tool}</code>
          <pre className={styles.command} translate="no">
            {argumentText(given)}
          </pre>
        </>
      )}
      {typeof diff === 'string' && diff !== '' && <UnifiedDiff diff={diff} label={t('changes')} />}
      {risks.length > 0 && (
        <ul className={styles.risks} aria-label={t('risks')}>
          {risks.map((risk) => (
            <li key={risk}>
              <Tag tone={GRAVE.has(risk) ? 'bad' : 'warn'}>{t(`risk.${risk}`)}</Tag>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
