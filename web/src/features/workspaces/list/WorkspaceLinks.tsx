import { AppstoreOutlined, FolderOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import side from '@/ui/SideLink.module.css'
import { workspacesQuery } from '../queries'
import styles from './WorkspaceLinks.module.css'

/** The side bar of the list: a way into each workspace. */
export function WorkspaceLinks({ onLeave }: { onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('workspaces')
  const list = useInfiniteQuery(workspacesQuery)
  const workspaces = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <nav className={styles.side} aria-label={t('title')}>
      <Link to="/workspaces" className={side.link} activeOptions={{ exact: true }} onClick={onLeave}>
        <AppstoreOutlined aria-hidden="true" /> {t('all')}
      </Link>
      {workspaces.map(({ id, name }) => (
        <Link
          key={id}
          to="/workspaces/$workspaceId"
          params={{ workspaceId: id }}
          className={side.link}
          title={name}
          onClick={onLeave}
        >
          <FolderOutlined aria-hidden="true" />
          <span className={styles.name}>{name}</span>
        </Link>
      ))}
    </nav>
  )
}
