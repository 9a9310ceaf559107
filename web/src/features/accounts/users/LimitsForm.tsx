import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Limits, User } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Segments } from '@/ui/Segments'
import { toast } from '@/ui/toast'
import { QuotaFields, RateFields } from '../limits/LimitFields'
import { limitProblems, limitsForm, wantedLimits } from '../limits/limits'
import { setLimits } from './queries'
import styles from './UsersPanel.module.css'

/** What is usual for the role, or limits of the person's own. */
export function LimitsForm({ person, limits }: { person: User; limits: Limits | null }) {
  const { t } = useTranslation(['people', 'settings'])
  const [kind, setKind] = useState<'usual' | 'own'>(limits ? 'own' : 'usual')
  const [form, setForm] = useState(() => limitsForm(limits))
  const isWrong = kind === 'own' && limitProblems(form).size > 0
  const isAsItWas = kind === 'usual' ? limits === null : areSame(limits, wantedLimits(form))
  const save = useMutation({
    mutationFn: () => setLimits(person.id, kind === 'own' ? wantedLimits(form) : null),
    onSuccess: () => toast(t('limits.saved')),
  })
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className={`${styles.form} ${styles.limits}`} onSubmit={send}>
      <Segments
        label={t('limits.title')}
        value={kind}
        options={(['usual', 'own'] as const).map((value) => ({
          value,
          label: value === 'own' ? t('limits.own') : t(`limits.usual.${person.role}`),
        }))}
        onChange={setKind}
      />
      {kind === 'usual' && (
        <p className={styles.note}>
          {t(`limits.usualText.${person.role}`)}{' '}
          <Link to="/admin/configuration/$name" params={{ name: 'call_limits' }}>
            {t('limits.configuration')}
          </Link>
        </p>
      )}
      {kind === 'own' && (
        <>
          <p className={styles.note}>{t('limits.ownText')}</p>
          <RateFields form={form} onChange={setForm} />
          <QuotaFields form={form} onChange={setForm} />
        </>
      )}
      {save.isError && <ErrorNotice error={save.error} />}
      <div className={styles.buttons}>
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={isWrong || isAsItWas}>
          {t('limits.save')}
        </Button>
      </div>
    </form>
  )
}

function areSame(limits: Limits | null, wanted: Limits): boolean {
  return limits !== null && Object.entries(wanted).every(([name, value]) => limits[name as keyof Limits] === value)
}
