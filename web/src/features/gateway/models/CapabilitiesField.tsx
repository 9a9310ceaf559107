import { useTranslation } from 'react-i18next'
import type { Capability } from '@/api/types'
import { Segments } from '@/ui/Segments'
import { Tag } from '@/ui/Tag'
import styles from './Models.module.css'
import { CAPABILITIES, ordered } from './said'

interface CapabilitiesFieldProps {
  /** Null while it is left to the list. */
  value: Capability[] | null
  known: Capability[]
  onChange: (value: Capability[] | null) => void
}

/** What a model can do: as the product's own list has it, or as an admin says. */
export function CapabilitiesField({ value, known, onChange }: CapabilitiesFieldProps) {
  const { t } = useTranslation('models')
  return (
    <fieldset className={styles.group}>
      <legend>{t('can')}</legend>
      <Segments
        label={t('canFrom')}
        value={value === null ? 'list' : 'hand'}
        options={[
          { value: 'list', label: t('fromList') },
          { value: 'hand', label: t('byHand') },
        ]}
        onChange={(from) => onChange(from === 'list' ? null : known)}
      />
      {value === null && (
        <p className={styles.tags}>
          {known.length === 0 && <span className={styles.soft}>{t('canUnknown')}</span>}
          {ordered(known).map((name) => (
            <Tag key={name}>{t(`capabilities.${name}`)}</Tag>
          ))}
        </p>
      )}
      {value !== null && (
        <div className={styles.checks}>
          {CAPABILITIES.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={value.includes(name)}
                onChange={(event) =>
                  onChange(CAPABILITIES.filter((one) => (one === name ? event.target.checked : value.includes(one))))
                }
              />
              {t(`capabilities.${name}`)}
            </label>
          ))}
        </div>
      )}
    </fieldset>
  )
}
