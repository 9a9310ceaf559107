import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import type { KeyScope } from '@/api/types'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Select } from '@/ui/Select'
import styles from './KeysPanel.module.css'
import { MoreSettings } from './MoreSettings'
import { dayOf, EXPIRIES, type KeyForm, SCOPES } from './wish'

interface KeyFieldsProps {
  form: KeyForm
  /** What a key may do is settled when it is made. */
  isNew: boolean
  /** Models that can be called now. */
  models: string[]
  onChange: (part: Partial<KeyForm>) => void
}

/** Everything that can be said about a key. */
export function KeyFields({ form, isNew, models, onChange }: KeyFieldsProps) {
  const { t } = useTranslation('settings')
  return (
    <>
      <Field label={t('keys.name')} hint={t('keys.nameHint')}>
        {(field) => (
          <Input
            {...field}
            required
            autoFocus
            maxLength={100}
            value={form.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      {isNew && <Scopes chosen={form.scopes} onChange={(scopes) => onChange({ scopes })} />}
      <ExpiryField form={form} onChange={onChange} />
      <MoreSettings form={form} isNew={isNew} models={models} onChange={onChange} />
    </>
  )
}

function ExpiryField({ form, onChange }: Pick<KeyFieldsProps, 'form' | 'onChange'>) {
  const { t } = useTranslation('settings')
  const options = EXPIRIES.map((value) => ({ value, label: t(`keys.expiry.${value}`) }))
  return (
    <Field label={t('keys.expires')}>
      {(field) => (
        <div className={styles.expiry}>
          <Select {...field} value={form.expiry} options={options} onChange={(expiry) => onChange({ expiry })} />
          {form.expiry === 'date' && (
            <Input
              type="date"
              required
              aria-label={t('keys.day')}
              min={dayOf(new Date())}
              value={form.day}
              onChange={(event) => onChange({ day: event.target.value })}
            />
          )}
        </div>
      )}
    </Field>
  )
}

function Scopes({ chosen, onChange }: { chosen: KeyScope[]; onChange: (scopes: KeyScope[]) => void }) {
  const { t } = useTranslation('settings')
  const turn = (scope: KeyScope, on: boolean) =>
    onChange(SCOPES.filter((one) => (one === scope ? on : chosen.includes(one))))
  return (
    <fieldset className={styles.scopes}>
      <legend>{t('keys.scopes')}</legend>
      {SCOPES.map((scope) => (
        <Checkbox key={scope} checked={chosen.includes(scope)} onChange={(event) => turn(scope, event.target.checked)}>
          <span className={styles.scope}>
            {t(`keys.scope.${scope}`)}
            <span className={styles.hint}>{t(`keys.scopeHint.${scope}`)}</span>
          </span>
        </Checkbox>
      ))}
      {chosen.length === 0 && <p className={styles.missing}>{t('keys.scopeMissing')}</p>}
    </fieldset>
  )
}
