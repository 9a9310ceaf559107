import { ArrowRightOutlined, CloseOutlined } from '@ant-design/icons'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import styles from './ModelsField.module.css'
import type { ModelNames } from './wanted'

interface ModelChipsProps {
  models: ModelNames[]
  onChange: (models: ModelNames[]) => void
}

/** The models of a channel; one that is picked can be renamed, here or at the provider. */
export function ModelChips({ models, onChange }: ModelChipsProps) {
  const { t } = useTranslation('gateway')
  const [edited, setEdited] = useState<string | null>(null)
  const model = models.find(({ name }) => name === edited)
  return (
    <>
      <ul className={styles.chips}>
        {models.map(({ name, upstream }) => (
          <li key={name} className={styles.chip} translate="no">
            <button
              type="button"
              className={styles.model}
              aria-expanded={name === edited}
              aria-label={t('form.editModel', { name })}
              onClick={() => setEdited(name === edited ? null : name)}
            >
              <code>{name}</code>
              {upstream && (
                <>
                  <ArrowRightOutlined aria-hidden="true" />
                  <code>{upstream}</code>
                </>
              )}
            </button>
            <button
              type="button"
              className={styles.remove}
              aria-label={t('form.removeModel', { name })}
              onClick={() => onChange(models.filter((one) => one.name !== name))}
            >
              <CloseOutlined aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {model && (
        <ModelEditor
          key={model.name}
          model={model}
          others={models.filter((one) => one !== model).map(({ name }) => name)}
          onClose={() => setEdited(null)}
          onDone={(next) => {
            onChange(models.map((one) => (one === model ? next : one)))
            setEdited(null)
          }}
        />
      )}
    </>
  )
}

interface ModelEditorProps {
  model: ModelNames
  others: string[]
  onDone: (model: ModelNames) => void
  onClose: () => void
}

function ModelEditor({ model, others, onDone, onClose }: ModelEditorProps) {
  const { t } = useTranslation(['gateway', 'common'])
  const box = useRef<HTMLDivElement>(null)
  const [name, setName] = useState(model.name)
  const [upstream, setUpstream] = useState(model.upstream)
  useEffect(() => box.current?.querySelector('input')?.focus(), [])
  const isTaken = others.includes(name.trim())
  const error = isTaken ? t('problem.twice') : null
  const done = () => {
    if (name.trim() !== '' && !isTaken) onDone({ name: name.trim(), upstream: upstream.trim() })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    if (!(event.target instanceof HTMLInputElement)) return
    event.preventDefault() // or the whole form would be sent
    done()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the fields inside
    <div ref={box} className={styles.names} onKeyDown={onKeyDown}>
      <Field label={t('form.nameHere')} error={error}>
        {(attributes) => (
          <Input {...attributes} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label={t('form.nameThere')}>
        {(attributes) => (
          <Input
            {...attributes}
            maxLength={200}
            value={upstream}
            placeholder={name.trim()}
            onChange={(event) => setUpstream(event.target.value)}
          />
        )}
      </Field>
      <Button disabled={name.trim() === '' || isTaken} onClick={done}>
        {t('form.namesDone')}
      </Button>
    </div>
  )
}
