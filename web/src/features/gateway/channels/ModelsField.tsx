import { CloseOutlined, CloudDownloadOutlined, PlusOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input } from '@/ui/Input'
import styles from './ModelsField.module.css'

interface ModelsFieldProps {
  value: string[]
  onChange: (models: string[]) => void
  onFetch: () => Promise<string[]>
}

/** The models a channel serves: typed, or picked from what the provider lists. */
export function ModelsField({ value, onChange, onFetch }: ModelsFieldProps) {
  const { t } = useTranslation('gateway')
  const id = useId()
  const [typed, setTyped] = useState('')
  const listed = useMutation({ mutationFn: onFetch })
  const add = (names: string[]) => {
    const fresh = names.map((name) => name.trim()).filter((name) => name !== '' && !value.includes(name))
    if (fresh.length > 0) onChange([...value, ...new Set(fresh)])
  }
  const addTyped = () => {
    add(typed.split(/[\s,]+/))
    setTyped('')
  }
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{t('form.models')}</label>
      {value.length > 0 && (
        <ul className={styles.chips}>
          {value.map((name) => (
            <li key={name} className={styles.chip}>
              <code>{name}</code>
              <button
                type="button"
                aria-label={t('form.removeModel', { name })}
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
          value={typed}
          placeholder={t('form.modelPlaceholder')}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={addTyped}
          onPressEnter={(event) => {
            event.preventDefault()
            addTyped()
          }}
        />
        <Button icon={<PlusOutlined aria-hidden="true" />} onClick={addTyped} disabled={typed.trim() === ''}>
          {t('form.addModel')}
        </Button>
        <Button
          icon={<CloudDownloadOutlined aria-hidden="true" />}
          loading={listed.isPending}
          onClick={() => listed.mutate()}
        >
          {t('form.fetchModels')}
        </Button>
      </div>
      <p className={styles.hint}>{t('form.modelsHint')}</p>
      {listed.isError && <ErrorNotice error={listed.error} />}
      {listed.isSuccess && <Listed names={listed.data} value={value} onPick={(name) => add([name])} />}
    </div>
  )
}

const LISTED_SHOWN = 60

function Listed({ names, value, onPick }: { names: string[]; value: string[]; onPick: (name: string) => void }) {
  const { t } = useTranslation('gateway')
  const [filter, setFilter] = useState('')
  const left = names.filter((name) => !value.includes(name) && name.toLowerCase().includes(filter.toLowerCase()))
  return (
    <div className={styles.listed}>
      <p role="status">{t('form.listed', { count: names.length })}</p>
      {names.length > 12 && (
        <Input
          size="small"
          allowClear
          value={filter}
          aria-label={t('form.filterModels')}
          placeholder={t('form.filterModels')}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      <ul className={styles.chips}>
        {left.slice(0, LISTED_SHOWN).map((name) => (
          <li key={name}>
            <button type="button" className={styles.offer} onClick={() => onPick(name)}>
              <PlusOutlined aria-hidden="true" /> {name}
            </button>
          </li>
        ))}
      </ul>
      {left.length > LISTED_SHOWN && <p>{t('moreModels', { count: left.length - LISTED_SHOWN })}</p>}
    </div>
  )
}
