import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileText } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { CodeEditor } from '@/ui/editor/CodeEditor'
import { useErrorText } from '@/ui/errorText'
import { useFormat } from '@/ui/format'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { useFilters } from '@/ui/useFilters'
import { download } from '../files/download'
import { fileQuery } from '../files/queries'
import { HistoryView } from '../history/HistoryView'
import { ConflictView } from '../merge/ConflictView'
import { nameOf } from '../paths'
import { isPicture, previewOf } from '../previews/kind'
import { PicturePreview } from '../previews/PicturePreview'
import { Preview } from '../previews/Preview'
import { textId, useDesk } from './DeskProvider'
import styles from './DeskView.module.css'
import { FileTools, type View } from './FileTools'
import { isDirty, type Tab } from './tabs'
import { useSave } from './useSave'

/** One open file: written, looked at, its past, or two texts that have to become one. */
export function FileView({ tab }: { tab: Tab }) {
  const { path } = tab
  const { filters, change } = useFilters('view')
  const [isSettling, setSettling] = useState(false)
  const save = useSave(path, () => setSettling(true))
  const view = viewOf(filters.view, path)
  useSaveKey(() => (isDirty(tab) || tab.isGone) && !save.isPending && save.mutate())
  const show = (next: View) => change({ view: next === viewOf(undefined, path) ? '' : next })
  return (
    <section className={styles.file} aria-label={nameOf(path)}>
      <FileTools tab={tab} view={view} isSaving={save.isPending} onView={show} onSave={() => save.mutate()} />
      <Notices tab={tab} isSettling={isSettling} onSettle={() => setSettling(true)} />
      <div className={styles.content}>
        {isSettling && tab.theirs && tab.base ? (
          <ConflictView
            path={path}
            base={tab.base.text}
            yours={tab.text}
            theirs={tab.theirs.text}
            onSave={() => save.mutate()}
            onClose={() => setSettling(false)}
          />
        ) : (
          <Content tab={tab} view={view} onSave={() => save.mutate()} />
        )}
      </div>
    </section>
  )
}

/** Ctrl S (⌘ S) saves wherever the focus is; within its own text the editor sees to it first. */
function useSaveKey(onSave: () => void) {
  const latest = useEffectEvent(onSave)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isSave = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === 'KeyS'
      if (!isSave || event.defaultPrevented || document.querySelector('[aria-modal="true"]')) return
      event.preventDefault()
      latest()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function viewOf(wanted: string | undefined, path: string): View {
  if (wanted === 'history') return 'history'
  const kind = previewOf(path)
  if (kind === null) return 'edit'
  if (isPicture(path)) return 'preview'
  if (wanted === 'edit' || wanted === 'preview') return wanted
  return kind === 'notebook' || kind === 'csv' || kind === 'image' ? 'preview' : 'edit'
}

/** What happened to the file elsewhere while something unsaved stands here. */
function Notices({ tab, isSettling, onSettle }: { tab: Tab; isSettling: boolean; onSettle: () => void }) {
  const { t } = useTranslation('workspaces')
  if (tab.isGone && isDirty(tab)) return <p className={styles.notice}>{t('conflict.gone')}</p>
  if (!tab.theirs || isSettling) return null
  return (
    <p className={styles.notice} role="status">
      {t('conflict.changed')}{' '}
      <Button size="small" onClick={onSettle}>
        {t('conflict.settle')}
      </Button>
    </p>
  )
}

function Content({ tab, view, onSave }: { tab: Tab; view: View; onSave: () => void }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId, store } = useDesk()
  const { line } = useSearch({ strict: false })
  const { path } = tab
  const picture = isPicture(path)
  const file = useQuery({ ...fileQuery(workspaceId, path), enabled: !picture })
  if (view === 'history') return <HistoryView path={path} />
  if (picture) return <PicturePreview path={path} />
  if (tab.base === null) {
    if (file.isError) return <ErrorNotice error={file.error} onRetry={() => void file.refetch()} />
    return file.data?.text === null ? <NoText file={file.data} /> : <Skeleton className={styles.wait} />
  }
  if (view === 'preview') return <Preview path={path} text={tab.text} />
  return (
    <CodeEditor
      id={textId(workspaceId, path)}
      label={t('editorOf', { path })}
      path={path}
      text={tab.text}
      line={line ? Number(line) : undefined}
      onChange={(text) => store.dispatch({ kind: 'edited', path, text })}
      onSave={onSave}
    />
  )
}

/** A file that cannot be shown: it can still be had. */
function NoText({ file }: { file: FileText }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const words = useErrorText()
  const format = useFormat()
  const get = () =>
    void download(workspaceId, { path: file.path, kind: 'file' }).catch((thrown) => toast(words(thrown)))
  return (
    <div className={styles.noText}>
      <p>{t(file.reason === 'too_large' ? 'tooLarge' : 'notText', { size: format.bytes(file.size) })}</p>
      <Button onClick={get}>{t('download')}</Button>
    </div>
  )
}
