import { SettingOutlined } from '@ant-design/icons'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Fold } from '@/ui/Fold'
import folds from '@/ui/Fold.module.css'
import { QuotaFields, RateFields } from '../limits/LimitFields'
import { limitProblems } from '../limits/limits'
import { EndpointsField } from './EndpointsField'
import styles from './KeysPanel.module.css'
import { ModelsField } from './ModelsField'
import { type PartName, partsOf, partWrong, setIn } from './parts'
import type { KeyForm } from './wish'

interface MoreSettingsProps {
  form: KeyForm
  isNew: boolean
  /** Models that can be called now. */
  models: string[]
  onChange: (part: Partial<KeyForm>) => void
}

/** What most keys never need: folded, and for a new key behind one button. */
export function MoreSettings({ form, isNew, models, onChange }: MoreSettingsProps) {
  const { t } = useTranslation('settings')
  const [shown, setShown] = useState(!isNew)
  const [opened, setOpened] = useState<ReadonlySet<PartName>>(new Set())
  if (!shown) {
    return (
      <Button
        type="text"
        className={folds.more}
        icon={<SettingOutlined aria-hidden="true" />}
        onClick={() => setShown(true)}
      >
        {t('keys.moreSettings')}
      </Button>
    )
  }
  const problems = limitProblems(form.limits)
  const contents: Record<PartName, ReactNode> = {
    access: (
      <>
        <ModelsField value={form.models} served={models} onChange={(models) => onChange({ models })} />
        <EndpointsField value={form.endpoints} onChange={(endpoints) => onChange({ endpoints })} />
      </>
    ),
    rates: <RateFields form={form.limits} onChange={(limits) => onChange({ limits })} />,
    quota: <QuotaFields form={form.limits} onChange={(limits) => onChange({ limits })} />,
    addresses: <AddressesField value={form.addresses} onChange={(addresses) => onChange({ addresses })} />,
  }
  const digest = (name: PartName) => {
    if (partWrong(name, problems)) return t('keys.digest.wrong')
    const count = setIn(name, form)
    return count > 0 ? t('keys.digest.set', { count }) : t(`keys.digest.${name}`)
  }
  return (
    <div className={folds.folds}>
      {partsOf(form).map((name) => (
        <Fold
          key={name}
          title={t(`keys.part.${name}`)}
          digest={digest(name)}
          wrong={partWrong(name, problems)}
          open={opened.has(name)}
          onToggle={() => setOpened(turned(opened, name))}
        >
          {contents[name]}
        </Fold>
      ))}
    </div>
  )
}

function AddressesField({ value, onChange }: { value: string; onChange: (addresses: string) => void }) {
  const { t } = useTranslation('settings')
  return (
    <Field label={t('keys.addresses')} hint={t('keys.addressesHint')}>
      {(field) => (
        <textarea
          {...field}
          className={styles.addresses}
          rows={2}
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function turned(opened: ReadonlySet<PartName>, name: PartName): ReadonlySet<PartName> {
  const next = new Set(opened)
  if (!next.delete(name)) next.add(name)
  return next
}
