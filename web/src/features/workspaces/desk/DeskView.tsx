import { FileSearchOutlined, FolderOpenOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { use } from 'react'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { OpenSide } from '@/ui/openSide'
import { useTitle } from '@/ui/useTitle'
import { nameOf } from '../paths'
import { workspaceQuery } from '../queries'
import { useDesk } from './DeskProvider'
import styles from './DeskView.module.css'
import { FileView } from './FileView'
import { TabBar } from './TabBar'

/** The files that are open, one of them in front. */
export function DeskView() {
  const { t } = useTranslation('workspaces')
  const { workspaceId, desk } = useDesk()
  const openSide = use(OpenSide)
  const workspace = useQuery(workspaceQuery(workspaceId))
  const tab = desk.tabs.find((one) => one.path === desk.active)
  useTitle(tab ? nameOf(tab.path) : (workspace.data?.name ?? null))
  if (workspace.isError && asApiError(workspace.error).status === 404) {
    return (
      <EmptyState page icon={<FolderOpenOutlined />} title={t('gone.title')} text={t('gone.text')}>
        <Link to="/workspaces">{t('gone.back')}</Link>
      </EmptyState>
    )
  }
  return (
    <div className={styles.desk}>
      <h1 className="visually-hidden">{workspace.data?.name ?? t('title')}</h1>
      {desk.tabs.length > 0 && <TabBar />}
      {workspace.isError && <ErrorNotice error={workspace.error} onRetry={() => void workspace.refetch()} />}
      {tab ? (
        <FileView key={tab.path} tab={tab} />
      ) : (
        <EmptyState
          icon={<FileSearchOutlined />}
          title={t('noFile.title')}
          text={t(openSide ? 'noFile.textPhone' : 'noFile.text')}
        >
          {openSide && (
            <Button type="primary" onClick={openSide}>
              {t('noFile.show')}
            </Button>
          )}
        </EmptyState>
      )}
    </div>
  )
}
