import { Switch } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Preset } from '@/api/types'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import styles from './ChannelEditor.module.css'
import type { FieldWords } from './useFieldWords'
import type { ChannelForm } from './wanted'

/** What comes after the base URL at providers with a protocol of their own. */
const OWN_PATHS: Partial<Record<ChannelForm['kind'], string>> = { anthropic: '/messages', gemini: '/models' }

interface ChannelFieldsProps {
  form: ChannelForm
  preset: Preset | undefined
  wrong: FieldWords
  onChange: (part: Partial<ChannelForm>) => void
  /** The key of a new channel. */
  children: ReactNode
}

/** How to reach the provider. The simulator needs nothing but a name. */
export function ChannelFields({ form, preset, wrong, onChange, children }: ChannelFieldsProps) {
  const { t } = useTranslation('gateway')
  const isAzure = form.kind === 'azure'
  const path = OWN_PATHS[form.kind]
  return (
    <>
      <Field label={t('form.name')} hint={t('form.nameHint')} error={wrong('name')}>
        {(attributes) => (
          <Input
            {...attributes}
            required
            maxLength={100}
            status={wrong('name') ? 'error' : ''}
            value={form.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      {!preset?.simulated && (
        <>
          <Field
            label={t('form.baseUrl')}
            hint={path ? t('form.baseUrlBefore', { path }) : t(isAzure ? 'form.azureHint' : 'form.baseUrlHint')}
            error={wrong('base_url')}
          >
            {(attributes) => (
              <Input
                {...attributes}
                required
                type="url"
                inputMode="url"
                spellCheck={false}
                status={wrong('base_url') ? 'error' : ''}
                value={form.base_url}
                placeholder={isAzure ? 'https://NAME.openai.azure.com/openai/v1' : 'https://api.example.com/v1'}
                onChange={(event) => onChange({ base_url: event.target.value })}
              />
            )}
          </Field>
          {children}
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
