import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session, SessionUsage } from '@/api/types'
import { nanoOf, numberFrom, unitsOf } from '@/ui/amounts'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { useFormat } from '@/ui/format'
import { Input } from '@/ui/Input'
import { changeSession } from '../queries'
import styles from './Turn.module.css'

const MOST_CALLS = 1000

interface LimitsFormProps {
  session: Session
  used: SessionUsage
  onDone: () => void
}

/** What one answer may take in this session: less than everywhere, never more. */
export function LimitsForm({ session, used, onDone }: LimitsFormProps) {
  const { t } = useTranslation('turns')
  const format = useFormat()
  const [calls, setCalls] = useState(session.most_calls === null ? '' : String(session.most_calls))
  const [cost, setCost] = useState(unitsOf(session.most_cost_nano))
  const keep = useMutation({
    mutationFn: () =>
      changeSession(session.id, { most_calls: numberFrom(calls), most_cost_nano: nanoOf(cost) ?? null }),
    onSuccess: onDone,
  })
  const wanted = numberFrom(calls)
  const callsWrong = wanted !== null && !(wanted >= 1 && wanted <= MOST_CALLS)
  const costWrong = nanoOf(cost) === undefined
  const { limits, currency } = used
  const whole = limits.cost_nano === null ? t('limits.anyCost') : format.money(limits.cost_nano, currency)
  return (
    <form
      className={styles.limits}
      onSubmit={(event) => {
        event.preventDefault()
        if (!callsWrong && !costWrong) keep.mutate()
      }}
    >
      <h3>{t('limits.title')}</h3>
      <p className={styles.note}>{t('limits.text', { calls: format.count(limits.calls), cost: whole })}</p>
      <Field label={t('limits.calls')} error={callsWrong ? t('limits.callsWrong') : null}>
        {(attributes) => (
          <Input {...attributes} inputMode="numeric" value={calls} onChange={(event) => setCalls(event.target.value)} />
        )}
      </Field>
      <Field label={t('limits.cost', { currency })} error={costWrong ? t('limits.costWrong') : null}>
        {(attributes) => (
          <Input {...attributes} inputMode="decimal" value={cost} onChange={(event) => setCost(event.target.value)} />
        )}
      </Field>
      {keep.isError && <ErrorNotice error={keep.error} />}
      <div className={styles.end}>
        <Button type="primary" htmlType="submit" loading={keep.isPending} disabled={callsWrong || costWrong}>
          {t('limits.keep')}
        </Button>
      </div>
    </form>
  )
}
