import { CheckSquareOutlined, CloseOutlined, DeleteOutlined, DownloadOutlined, FolderOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/IconButton'
import styles from './SelectionBar.module.css'

interface SelectionBarProps {
  count: number
  onAll: () => void
  onDownload: () => void
  onMove: () => void
  onRemove: () => void
  onClose: () => void
}

/** Below the tree while something is chosen: how many, and what can be done with all of them. */
export function SelectionBar({ count, ...on }: SelectionBarProps) {
  const { t } = useTranslation('workspaces')
  const isNone = count === 0
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('select.bar')}>
      <p className={styles.count} role="status">
        {isNone ? t('select.none') : t('select.count', { count })}
      </p>
      <IconButton label={t('select.all')} icon={<CheckSquareOutlined />} tip={false} onClick={on.onAll} />
      <IconButton
        label={t('downloadZip')}
        icon={<DownloadOutlined />}
        tip={false}
        disabled={isNone}
        onClick={on.onDownload}
      />
      <IconButton label={t('move')} icon={<FolderOutlined />} tip={false} disabled={isNone} onClick={on.onMove} />
      <IconButton label={t('delete')} icon={<DeleteOutlined />} tip={false} disabled={isNone} onClick={on.onRemove} />
      <IconButton label={t('select.end')} icon={<CloseOutlined />} tip={false} onClick={on.onClose} />
    </div>
  )
}
