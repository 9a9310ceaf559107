import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IpRule } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { MomentField } from '@/ui/MomentField'
import { Segments } from '@/ui/Segments'
import { toast } from '@/ui/toast'
import styles from './IpRules.module.css'
import { changeRule, createRule } from './queries'

/** A rule to add, or to change; its network stays what it is. */
export function IpRuleDialog({ rule, onClose }: { rule: IpRule | null; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const [form, setForm] = useState({
    network: rule?.network ?? '',
    kind: rule?.kind ?? ('deny' as const),
    reason: rule?.reason ?? '',
    expires_at: rule?.expires_at ?? null,
  })
  const change = (part: Partial<typeof form>) => setForm((now) => ({ ...now, ...part }))
  const save = useMutation({
    mutationFn: () => {
      const { network, ...rest } = form
      return rule ? changeRule(rule.id, rest) : createRule({ ...rest, network: network.trim() })
    },
    onSuccess: (saved) => {
      toast(t('ipRules.saved', { network: saved.network }))
      onClose()
    },
  })
  return (
    <FormDialog
      title={rule ? t('ipRules.editTitle', { network: rule.network }) : t('ipRules.add')}
      action={t(rule ? 'save' : 'ipRules.add')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
    >
      <Segments
        label={t('ipRules.kind')}
        value={form.kind}
        options={(['deny', 'allow'] as const).map((kind) => ({ value: kind, label: t(`ipRules.kinds.${kind}`) }))}
        onChange={(kind) => change({ kind })}
      />
      <p className={styles.hint}>{t(`ipRules.kindHint.${form.kind}`)}</p>
      {!rule && (
        <Field label={t('ipRules.network')} hint={t('ipRules.networkHint')}>
          {(attributes) => (
            <Input
              {...attributes}
              required
              autoFocus
              autoComplete="off"
              spellCheck={false}
              placeholder="203.0.113.0/24"
              value={form.network}
              onChange={(event) => change({ network: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label={t('ipRules.reason')} hint={t('ipRules.reasonHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            maxLength={200}
            value={form.reason}
            onChange={(event) => change({ reason: event.target.value })}
          />
        )}
      </Field>
      <MomentField
        label={t('ipRules.expires')}
        hint={t('ipRules.expiresHint')}
        value={form.expires_at}
        onChange={(expires_at) => change({ expires_at })}
      />
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}
