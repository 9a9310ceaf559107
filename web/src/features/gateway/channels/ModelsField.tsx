import { CloudDownloadOutlined, PlusOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input } from '@/ui/Input'
import { ModelChips } from './ModelChips'
import styles from './ModelsField.module.css'
import { type ModelNames, modelTyped } from './wanted'

interface ModelsFieldProps {
  value: ModelNames[]
  error: string | null
  onChange: (models: ModelNames[]) => void
  onFetch: () => Promise<string[]>
  /** The stored key stays at the server, so the provider may refuse to list anything. */
  lacksKey: boolean
}

/** The models a channel serves: typed, or picked from what the provider lists. */
export function ModelsField({ value, error, onChange, onFetch, lacksKey }: ModelsFieldProps) {
  const { t } = useTranslation('gateway')
  const id = useId()
  const [typed, setTyped] = useState('')
  const listed = useMutation({ mutationFn: onFetch })
  const add = (models: ModelNames[]) => {
    const known = new Set(value.map(({ name }) => name))
    const fresh = models.filter(({ name }) => name !== '' && !known.has(name) && known.add(name))
    if (fresh.length > 0) onChange([...value, ...fresh])
  }
  const addTyped = () => {
    add(typed.split(/[\s,，]+/).map(modelTyped))
    setTyped('')
  }
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{t('form.models')}</label>
      {value.length > 0 && <ModelChips models={value} onChange={onChange} />}
      <div className={styles.line}>
        <Input
          id={id}
          aria-describedby={`${id}-note`}
          aria-invalid={Boolean(error)}
          status={error ? 'error' : ''}
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
      <div id={`${id}-note`}>
        {error && <p className={styles.error}>{error}</p>}
        <p className={styles.hint}>{t('form.modelsHint')}</p>
      </div>
      {listed.isError && <ErrorNotice error={listed.error} />}
      {listed.isError && lacksKey && <p className={styles.hint}>{t('form.fetchNeedsKey')}</p>}
      {listed.isSuccess && (
        <Listed
          names={listed.data}
          taken={value.map(({ name }) => name)}
          onPick={(name) => add([{ name, upstream: '' }])}
        />
      )}
    </div>
  )
}

const LISTED_SHOWN = 60

function Listed({ names, taken, onPick }: { names: string[]; taken: string[]; onPick: (name: string) => void }) {
  const { t } = useTranslation('gateway')
  const [filter, setFilter] = useState('')
  const left = names.filter((name) => !taken.includes(name) && name.toLowerCase().includes(filter.toLowerCase()))
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
