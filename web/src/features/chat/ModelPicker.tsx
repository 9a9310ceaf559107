import { DownOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Model } from '@/api/types'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import styles from './ModelPicker.module.css'

interface ModelPickerProps {
  models: Model[]
  value: string | null
  onPick: (name: string) => void
}

/** Which model answers. */
export function ModelPicker({ models, value, onPick }: ModelPickerProps) {
  const { t } = useTranslation('chat')
  const chosen = models.find((model) => model.name === value)
  const entries = models.map((model) => ({
    key: model.name,
    label: <ModelName model={model} />,
    chosen: model.name === value,
    onPick: () => onPick(model.name),
  }))
  if (models.length === 0) return null
  return (
    <MenuButton label={t('pickModel', { model: value ?? '' })} entries={entries} className={styles.picker}>
      {chosen ? <ModelName model={chosen} /> : <span className={styles.name}>{value ?? t('noModel')}</span>}
      <DownOutlined className={styles.arrow} aria-hidden="true" />
    </MenuButton>
  )
}

function ModelName({ model }: { model: Model }) {
  const { t } = useTranslation('chat')
  return (
    <span className={styles.model}>
      <span className={styles.name}>{model.name}</span>
      {model.simulated && (
        <span className={styles.simulated}>
          <Tag tone="warn">{t('simulated')}</Tag>
        </span>
      )}
    </span>
  )
}
