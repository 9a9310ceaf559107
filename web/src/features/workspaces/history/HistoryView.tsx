import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileVersion } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { DiffView } from '@/ui/editor/DiffView'
import { useErrorText } from '@/ui/errorText'
import { useFormat } from '@/ui/format'
import { Segments } from '@/ui/Segments'
import { Skeleton } from '@/ui/Skeleton'
import { saveFile } from '@/ui/saveFile'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import { useDesk } from '../desk/DeskProvider'
import { nameOf } from '../paths'
import styles from './HistoryView.module.css'
import { readVersion, restoreVersion, versionsQuery, versionTextQuery } from './queries'

/** Every version of a file that is kept: who made it, what it changed, and a way back to it. */
export function HistoryView({ path }: { path: string }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const list = useInfiniteQuery(versionsQuery(workspaceId, path))
  const [chosenId, setChosenId] = useState<string | null>(null)
  if (list.isPending) return <Skeleton className={styles.wait} />
  if (list.isError) return <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
  const versions = list.data.pages.flatMap((page) => page.items)
  const at = Math.max(
    0,
    versions.findIndex((version) => version.id === chosenId),
  )
  const chosen = versions[at]
  if (!chosen) return <p className={styles.note}>{t('history.none')}</p>
  return (
    <div className={styles.history}>
      <div className={styles.list}>
        <ul aria-label={t('history.label')}>
          {versions.map((version) => (
            <li key={version.id}>
              <Line version={version} isChosen={version === chosen} onChoose={() => setChosenId(version.id)} />
            </li>
          ))}
        </ul>
        {list.hasNextPage && (
          <Button size="small" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('showMore')}
          </Button>
        )}
      </div>
      <Version key={chosen.id} version={chosen} before={versions[at + 1] ?? null} now={versions[0] ?? chosen} />
    </div>
  )
}

interface LineProps {
  version: FileVersion
  isChosen: boolean
  onChoose: () => void
}

function Line({ version, isChosen, onChoose }: LineProps) {
  const { t } = useTranslation('workspaces')
  const format = useFormat()
  return (
    <button type="button" className={styles.line} aria-pressed={isChosen} onClick={onChoose}>
      <span>
        <Time at={version.at} withClock /> {version.is_current && <Tag tone="good">{t('history.current')}</Tag>}
      </span>
      <small>
        {t(`history.by.${version.by}`)} · {version.etag === null ? t('history.deleted') : format.bytes(version.size)}
      </small>
    </button>
  )
}

interface VersionProps {
  version: FileVersion
  before: FileVersion | null
  now: FileVersion
}

function Version({ version, before, now }: VersionProps) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const words = useErrorText()
  const [against, setAgainst] = useState<'before' | 'now'>('before')
  const isKept = version.is_kept && version.etag !== null
  const other = against === 'before' ? before : now
  const say = (thrown: unknown) => toast(words(thrown))
  const restore = async () => {
    await restoreVersion(workspaceId, version.path, version.id)
    toast(t('history.restored'))
  }
  const get = async () => {
    saveFile(nameOf(version.path), new Blob([await readVersion(workspaceId, version.id)]))
  }
  return (
    <div className={styles.version}>
      <header className={styles.tools}>
        {!version.is_current && (
          <Segments
            label={t('history.against')}
            value={against}
            options={(['before', 'now'] as const).map((value) => ({ value, label: t(`history.${value}`) }))}
            onChange={setAgainst}
          />
        )}
        <span className={styles.gap} />
        {isKept && (
          <Button size="small" onClick={() => void get().catch(say)}>
            {t('download')}
          </Button>
        )}
        {isKept && !version.is_current && (
          <Button size="small" type="primary" onClick={() => void restore().catch(say)}>
            {t('history.restore')}
          </Button>
        )}
      </header>
      <div className={styles.diff}>
        {isKept || version.etag === null ? (
          <Difference
            path={version.path}
            older={against === 'before' ? other : version}
            newer={against === 'before' ? version : other}
          />
        ) : (
          <p className={styles.note}>{t('history.notKept')}</p>
        )}
      </div>
    </div>
  )
}

function Difference({ path, older, newer }: { path: string; older: FileVersion | null; newer: FileVersion | null }) {
  const { t } = useTranslation('workspaces')
  const one = useVersionText(older)
  const other = useVersionText(newer)
  const error = one.error ?? other.error
  if (error) return <ErrorNotice error={error} />
  if (one.text === undefined || other.text === undefined) return <Skeleton className={styles.wait} />
  if (one.text === null || other.text === null) return <p className={styles.note}>{t('history.notText')}</p>
  if (one.text === other.text) return <p className={styles.note}>{t('history.same')}</p>
  return <DiffView label={t('history.diffOf', { path })} path={path} before={one.text} after={other.text} />
}

/** The text of a version; empty for one that was gone, null for what is no text or was not kept. */
function useVersionText(version: FileVersion | null): { text: string | null | undefined; error: unknown } {
  const { workspaceId } = useDesk()
  const isKept = version?.etag != null && version.is_kept
  const { data, error } = useQuery(versionTextQuery(workspaceId, isKept ? version.id : null))
  if (!version || version.etag === null) return { text: '', error: null }
  return isKept ? { text: data, error } : { text: null, error: null }
}
