import { useTranslation } from 'react-i18next'
import type { Preset } from '@/api/types'
import { Tag } from '@/ui/Tag'
import styles from './ChannelEditor.module.css'

interface PresetPickerProps {
  presets: Preset[]
  kind: string | null
  onPick: (preset: Preset) => void
}

/** Providers whose address is known; "custom" takes any that speaks the same language. */
export function PresetPicker({ presets, kind, onPick }: PresetPickerProps) {
  const { t } = useTranslation('gateway')
  return (
    <fieldset className={styles.presets}>
      <legend className={styles.legend}>{t('form.kind')}</legend>
      {presets.map((preset) => (
        <label key={preset.kind} className={styles.preset}>
          <input
            type="radio"
            name="kind"
            className="visually-hidden"
            checked={preset.kind === kind}
            onChange={() => onPick(preset)}
          />
          <span>{preset.name}</span>
          {preset.simulated && <Tag tone="warn">{t('simulated')}</Tag>}
        </label>
      ))}
    </fieldset>
  )
}
