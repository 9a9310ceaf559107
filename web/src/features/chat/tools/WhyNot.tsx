import { useTranslation } from 'react-i18next'
import type { ToolCall } from '@/api/types'
import styles from './ToolCard.module.css'
import { inOneLine, outcomeOf, refusalOf, toolDetails } from './tool'

/** Why a call failed or was not allowed, in a line. */
export function WhyNot({ call, told }: { call: ToolCall; told: string }) {
  const { t } = useTranslation('agents')
  if (call.status !== 'failed' && call.status !== 'denied') return null
  const refusal = refusalOf(call, told)
  const line = refusal?.by
    ? t(`refusedBy.${refusal.by}`)
    : inOneLine(refusal?.words ?? outcomeOf(told, toolDetails(call).exitCode).output)
  return line === '' ? null : <p className={styles.reason}>{line}</p>
}
