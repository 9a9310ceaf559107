import { Switch } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertChannel } from '@/api/types'
import { Field } from '@/ui/Field'
import { Input, PasswordInput } from '@/ui/Input'
import { Select } from '@/ui/Select'
import styles from './Alerts.module.css'
import { type ChannelForm, KINDS, type Missing, needsOf } from './channel'

interface ChannelFieldsProps {
  form: ChannelForm
  stored: AlertChannel | null
  missing: Set<Missing>
  onChange: (part: Partial<ChannelForm>) => void
}

/** What a channel of this kind asks for. */
export function ChannelFields({ form, stored, missing, onChange }: ChannelFieldsProps) {
  const { t } = useTranslation('admin')
  const { target, secret } = needsOf(form.kind)
  const pickKind = (kind: ChannelForm['kind']) => {
    const untouched = KINDS.some((one) => form.name === t(`alerts.kinds.${one}`))
    onChange({ kind, ...(untouched && { name: t(`alerts.kinds.${kind}`) }) })
  }
  return (
    <>
      <Field label={t('alerts.kind')} hint={t(`alerts.kindTexts.${form.kind}`)}>
        {(attributes) => (
          <Select
            {...attributes}
            disabled={stored !== null}
            value={form.kind}
            options={KINDS.map((kind) => ({ value: kind, label: t(`alerts.kinds.${kind}`) }))}
            onChange={pickKind}
          />
        )}
      </Field>
      <Field label={t('alerts.channelName')} error={missing.has('name') ? t('alerts.nameMissing') : null}>
        {(attributes) => (
          <Input
            {...attributes}
            maxLength={100}
            value={form.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      {target !== 'none' && (
        <Field
          label={t(`alerts.targets.${target}`)}
          hint={stored ? t('alerts.targetKept', { target: stored.target }) : t(`alerts.targetHints.${target}`)}
          error={missing.has('target') ? t('alerts.targetMissing') : null}
        >
          {(attributes) => (
            <Input
              {...attributes}
              autoComplete="off"
              spellCheck={false}
              value={form.target}
              onChange={(event) => onChange({ target: event.target.value })}
            />
          )}
        </Field>
      )}
      {secret !== 'none' && (
        <Field
          label={t('alerts.secret')}
          hint={t(stored?.has_secret ? 'alerts.secretKept' : `alerts.secretHints.${secret}`)}
          error={missing.has('secret') ? t('alerts.secretMissing') : null}
        >
          {(attributes) => (
            <PasswordInput
              {...attributes}
              autoComplete="new-password"
              value={form.secret}
              onChange={(event) => onChange({ secret: event.target.value })}
            />
          )}
        </Field>
      )}
      {target === 'url' && (
        <PrivateSwitch checked={form.private} onChange={(checked) => onChange({ private: checked })} />
      )}
    </>
  )
}

function PrivateSwitch({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  const { t } = useTranslation('admin')
  const id = useId()
  return (
    <div className={styles.switch}>
      <Switch id={id} checked={checked} onChange={onChange} />
      <label htmlFor={id}>
        {t('alerts.private')}
        <span className={`${styles.soft} ${styles.stack}`}>{t('alerts.privateHint')}</span>
      </label>
    </div>
  )
}
