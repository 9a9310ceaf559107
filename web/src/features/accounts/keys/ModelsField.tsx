import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Input } from '@/ui/Input'
import styles from './KeysPanel.module.css'
import { modelsTyped } from './wish'

interface ModelsFieldProps {
  value: string[]
  /** Models that can be called now. */
  served: string[]
  onChange: (models: string[]) => void
}

/** The models that a key may call: picked from those there are, or typed. */
export function ModelsField({ value, served, onChange }: ModelsFieldProps) {
  const { t } = useTranslation('settings')
  const id = useId()
  const [typed, setTyped] = useState('')
  const add = () => {
    const fresh = modelsTyped(typed, value)
    if (fresh.length > 0) onChange([...value, ...fresh])
    setTyped('')
  }
  return (
    <div className={styles.models}>
      <label htmlFor={id}>{t('keys.models')}</label>
      {value.length > 0 && (
        <ul className={styles.chips} aria-label={t('keys.models')} translate="no">
          {value.map((name) => (
            <li key={name} className={styles.chip}>
              <code>{name}</code>
              <button
                type="button"
                aria-label={t('keys.removeModel', { name })}
                onClick={() => onChange(value.filter((one) => one !== name))}
              >
                <CloseOutlined aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.line}>
        <Input
          id={id}
          aria-describedby={`${id}-note`}
          list={`${id}-served`}
          autoComplete="off"
          maxLength={200}
          value={typed}
          placeholder={t('keys.modelPlaceholder')}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={add}
          onPressEnter={(event) => {
            event.preventDefault() // or the whole form would be sent
            add()
          }}
        />
        <datalist id={`${id}-served`}>
          {served
            .filter((name) => !value.includes(name))
            .map((name) => (
              <option key={name} value={name} />
            ))}
        </datalist>
        <Button icon={<PlusOutlined aria-hidden="true" />} disabled={typed.trim() === ''} onClick={add}>
          {t('keys.addModel')}
        </Button>
      </div>
      <p id={`${id}-note`} className={styles.hint}>
        {t('keys.modelsHint')}
      </p>
    </div>
  )
}
