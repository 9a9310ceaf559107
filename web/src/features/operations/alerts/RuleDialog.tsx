import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertChannel, AlertMetric, AlertRule } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { toast } from '@/ui/toast'
import { changeRule, createRule } from './queries'
import { RuleFields } from './RuleFields'
import { emptyRule, formFromRule, ruleWanted, wrongIn } from './rule'

interface RuleDialogProps {
  /** Null for a new one. */
  rule: AlertRule | null
  metrics: AlertMetric[]
  channels: AlertChannel[]
  onClose: () => void
}

export function RuleDialog({ rule, metrics, channels, onClose }: RuleDialogProps) {
  const { t } = useTranslation(['admin', 'common'])
  const unitOf = (metric: string) => metrics.find((one) => one.name === metric)?.unit ?? 'count'
  const [form, setForm] = useState(() =>
    rule ? formFromRule(rule, unitOf(rule.metric)) : emptyRule(metrics[0]?.name ?? ''),
  )
  const [tried, setTried] = useState(false)
  const wrong = wrongIn(form)
  const save = useMutation({
    mutationFn: () => {
      const wanted = ruleWanted(form, unitOf(form.metric))
      return rule ? changeRule(rule.id, wanted) : createRule({ ...wanted, enabled: true })
    },
    onSuccess: (saved) => {
      toast(t('alerts.ruleSaved', { name: saved.name }))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t(rule ? 'alerts.editRule' : 'alerts.addRule')}
      action={t(rule ? 'save' : 'alerts.addRule')}
      onSubmit={() => {
        setTried(true)
        if (wrong.size === 0) save.mutate()
      }}
      onClose={onClose}
      busy={save.isPending}
      noValidate
    >
      <Field label={t('alerts.ruleName')} error={tried && wrong.has('name') ? t('alerts.nameMissing') : null}>
        {(attributes) => (
          <Input
            {...attributes}
            autoFocus={!rule}
            maxLength={100}
            value={form.name}
            onChange={(event) => setForm({ ...form, name: event.target.value })}
          />
        )}
      </Field>
      <RuleFields
        form={form}
        metrics={metrics}
        channels={channels}
        wrong={tried ? wrong : new Set()}
        onChange={(part) => setForm({ ...form, ...part })}
      />
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}
