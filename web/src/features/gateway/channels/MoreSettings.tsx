import { SettingOutlined } from '@ant-design/icons'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Fold } from '@/ui/Fold'
import styles from '@/ui/Fold.module.css'
import { HeadersField } from './HeadersField'
import { NumberField } from './NumberField'
import { LIMITS, type NumberName, PATIENCES, SHARES } from './numbers'
import { ParametersField } from './ParametersField'
import { SECTIONS, type SectionName } from './problems'
import { useDigest } from './useDigest'
import type { FieldWords } from './useFieldWords'
import type { ChannelForm } from './wanted'

interface MoreSettingsProps {
  form: ChannelForm
  isNew: boolean
  opened: ReadonlySet<SectionName>
  wrong: FieldWords
  onToggle: (name: SectionName) => void
  onChange: (part: Partial<ChannelForm>) => void
}

/** What most channels never need: folded, and for a new channel behind one button. */
export function MoreSettings({ form, isNew, opened, wrong, onToggle, onChange }: MoreSettingsProps) {
  const { t } = useTranslation('gateway')
  const [shown, setShown] = useState(!isNew)
  const digest = useDigest(form, wrong)
  if (!shown && opened.size === 0) {
    return (
      <Button
        type="text"
        className={styles.more}
        icon={<SettingOutlined aria-hidden="true" />}
        onClick={() => setShown(true)}
      >
        {t('more.show')}
      </Button>
    )
  }
  const numbers = (names: readonly NumberName[]) => (
    <Numbers names={names} form={form} wrong={wrong} onChange={onChange} />
  )
  const contents: Record<SectionName, ReactNode> = {
    share: numbers(SHARES),
    limits: numbers(LIMITS),
    patience: numbers(PATIENCES),
    headers: <HeadersField rows={form.headers} wrong={wrong} onChange={(headers) => onChange({ headers })} />,
    parameters: (
      <ParametersField
        value={form.parameters}
        error={wrong('parameters')}
        onChange={(parameters) => onChange({ parameters })}
      />
    ),
  }
  return (
    <div className={styles.folds}>
      {SECTIONS.map((name) => (
        <Fold
          key={name}
          title={t(`more.${name}.title`)}
          {...digest(name)}
          open={opened.has(name)}
          onToggle={() => onToggle(name)}
        >
          <p className={styles.text}>{t(`more.${name}.text`)}</p>
          {contents[name]}
        </Fold>
      ))}
    </div>
  )
}

interface NumbersProps {
  names: readonly NumberName[]
  form: ChannelForm
  wrong: FieldWords
  onChange: (part: Partial<ChannelForm>) => void
}

function Numbers({ names, form, wrong, onChange }: NumbersProps) {
  return (
    <div className={names.length === 3 ? styles.three : styles.pair}>
      {names.map((name) => (
        <NumberField
          key={name}
          name={name}
          value={form.numbers[name]}
          error={wrong(name)}
          onChange={(text) => onChange({ numbers: { ...form.numbers, [name]: text } })}
        />
      ))}
    </div>
  )
}
