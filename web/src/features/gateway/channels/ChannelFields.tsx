import { Switch } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Preset } from '@/api/types'
import { Input, PasswordInput } from '@/ui/Input'
import styles from './ChannelEditor.module.css'
import type { ChannelForm } from './wanted'

interface ChannelFieldsProps {
  form: ChannelForm
  preset: Preset | undefined
  last4: string | null
  onChange: (part: Partial<ChannelForm>) => void
}

/** How to reach the provider. The simulator needs nothing but a name. */
export function ChannelFields({ form, preset, last4, onChange }: ChannelFieldsProps) {
  const { t } = useTranslation('gateway')
  return (
    <>
      <Field label={t('form.name')} hint={t('form.nameHint')}>
        {(id) => (
          <Input
            id={id}
            required
            maxLength={100}
            value={form.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      {!preset?.simulated && (
        <>
          <Field label={t('form.baseUrl')} hint={t('form.baseUrlHint')}>
            {(id) => (
              <Input
                id={id}
                required
                type="url"
                inputMode="url"
                value={form.base_url}
                placeholder="https://api.example.com/v1"
                onChange={(event) => onChange({ base_url: event.target.value })}
              />
            )}
          </Field>
          <Field
            label={t('form.apiKey')}
            hint={t(last4 ? 'form.apiKeyKept' : 'form.apiKeyHint', { last4: last4 ?? '' })}
          >
            {(id) => (
              <PasswordInput
                id={id}
                required={Boolean(preset?.needs_key) && !last4}
                autoComplete="off"
                value={form.api_key}
                onChange={(event) => onChange({ api_key: event.target.value })}
              />
            )}
          </Field>
          <PrivateSwitch checked={form.private} onChange={(checked) => onChange({ private: checked })} />
        </>
      )}
    </>
  )
}

function PrivateSwitch({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  const { t } = useTranslation('gateway')
  const id = useId()
  return (
    <div className={styles.switch}>
      <Switch id={id} checked={checked} onChange={onChange} />
      <label htmlFor={id}>
        {t('form.private')}
        <span className={styles.hint}>{t('form.privateHint')}</span>
      </label>
    </div>
  )
}

function Field({ label, hint, children }: { label: string; hint: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      <p className={styles.hint}>{hint}</p>
    </div>
  )
}
