import { ArrowUpOutlined, CloseOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'
import { Select } from '@/ui/Select'
import styles from './Models.module.css'
import { earlier, MOST_FALLBACKS } from './said'

interface FallbacksFieldProps {
  value: string[]
  others: string[]
  onChange: (value: string[]) => void
}

/** Models that answer, in this order, when no channel of this one can. */
export function FallbacksField({ value, others, onChange }: FallbacksFieldProps) {
  const { t } = useTranslation('models')
  const left = others.filter((name) => !value.includes(name))
  return (
    <div className={styles.group}>
      <Field label={t('fallbacks')} hint={t('fallbacksHint')}>
        {(attributes) => (
          <Select
            {...attributes}
            value=""
            disabled={left.length === 0 || value.length >= MOST_FALLBACKS}
            options={[{ value: '', label: t('addFallback') }, ...left.map((name) => ({ value: name, label: name }))]}
            onChange={(name) => name && onChange([...value, name])}
          />
        )}
      </Field>
      {value.length > 0 && (
        <ol className={styles.fallbacks} aria-label={t('fallbacks')}>
          {value.map((name, place) => (
            <li key={name}>
              <code>{name}</code>
              <span className={styles.moves}>
                {place > 0 && (
                  <IconButton
                    label={t('fallbackUp', { name })}
                    icon={<ArrowUpOutlined aria-hidden="true" />}
                    onClick={() => onChange(earlier(value, name))}
                  />
                )}
                <IconButton
                  label={t('fallbackRemove', { name })}
                  icon={<CloseOutlined aria-hidden="true" />}
                  onClick={() => onChange(value.filter((one) => one !== name))}
                />
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
