import { useTranslation } from 'react-i18next'
import type { Session, SessionUsage as Used } from '@/api/types'
import { Dialog } from '@/ui/Dialog'
import { Fact } from '@/ui/Fact'
import { useFormat } from '@/ui/format'
import { LimitsForm } from './LimitsForm'
import styles from './Turn.module.css'
import { useCost } from './useCost'

interface SessionUsageProps {
  session: Session
  used: Used
  onClose: () => void
}

/** All that a session has used, how full the context is, and what one answer may take. */
export function SessionUsage({ session, used, onClose }: SessionUsageProps) {
  const { t } = useTranslation('turns')
  const format = useFormat()
  const cost = useCost()
  return (
    <Dialog title={t('session.title')} onClose={onClose}>
      <dl className={styles.facts}>
        <Fact name={t('fact.input')}>{format.count(used.input_tokens)}</Fact>
        <Fact name={t('fact.cached')}>{format.count(used.cached_tokens)}</Fact>
        <Fact name={t('fact.output')}>{format.count(used.output_tokens)}</Fact>
        <Fact name={t('fact.reasoning')}>{format.count(used.reasoning_tokens)}</Fact>
        <Fact name={t('fact.calls')}>{format.count(used.calls)}</Fact>
        <Fact name={t('fact.cost')}>{used.calls === 0 ? '–' : cost(used)}</Fact>
      </dl>
      {used.is_estimated && <p className={styles.note}>{t('meter.estimated')}</p>}
      <Context {...used.context} />
      <LimitsForm session={session} used={used} onDone={onClose} />
    </Dialog>
  )
}

function Context({ tokens, length, model }: Used['context']) {
  const { t } = useTranslation('turns')
  const format = useFormat()
  if (tokens === null) return null
  if (!length) return <p className={styles.note}>{t('context.noLength', { tokens: format.count(tokens), model })}</p>
  const share = Math.min(tokens / length, 1)
  const words = t('context.of', { tokens: format.count(tokens), length: format.count(length), model })
  return (
    <div className={styles.context}>
      <p>{words}</p>
      <meter min={0} max={1} high={0.8} value={share} aria-label={t('context.label')}>
        {format.percent(share)}
      </meter>
    </div>
  )
}
