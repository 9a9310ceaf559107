import { DownloadOutlined, SaveOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { useErrorText } from '@/ui/errorText'
import { IconButton } from '@/ui/IconButton'
import { Segments } from '@/ui/Segments'
import { toast } from '@/ui/toast'
import { download } from '../files/download'
import { isPicture, previewOf } from '../previews/kind'
import { useDesk } from './DeskProvider'
import styles from './DeskView.module.css'
import { isDirty, type Tab } from './tabs'

export type View = 'edit' | 'preview' | 'history'

interface FileToolsProps {
  tab: Tab
  view: View
  isSaving: boolean
  onView: (view: View) => void
  onSave: () => void
}

/** Above a file: where it lies, how it is looked at, saving and having it. */
export function FileTools({ tab, view, isSaving, onView, onSave }: FileToolsProps) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const words = useErrorText()
  const { path } = tab
  const views = (['edit', 'preview', 'history'] as const).filter((one) => {
    if (one === 'edit') return !isPicture(path)
    return one === 'history' || previewOf(path) !== null
  })
  const get = () => void download(workspaceId, { path, kind: 'file' }).catch((thrown) => toast(words(thrown)))
  return (
    <header className={styles.tools}>
      <p className={styles.path} title={path}>
        {path}
      </p>
      <Segments
        label={t('view.label')}
        value={view}
        options={views.map((value) => ({ value, label: t(`view.${value}`) }))}
        onChange={onView}
      />
      <IconButton label={t('download')} icon={<DownloadOutlined />} tip="below" onClick={get} />
      {!isPicture(path) && (
        <Button
          type="primary"
          size="small"
          icon={<SaveOutlined aria-hidden="true" />}
          disabled={!isDirty(tab) && !tab.isGone}
          loading={isSaving}
          onClick={onSave}
        >
          {t('save')}
        </Button>
      )}
    </header>
  )
}
