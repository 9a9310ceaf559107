import { RedoOutlined, UndoOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message, Undone } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { ChangedFile } from './ChangedFile'
import { changesQuery, redoChanges, undoChanges } from './changes'
import styles from './Turn.module.css'

/** The files that an answer changed, folded; with their undo and its redo. */
export function AnswerChanges({ message }: { message: Message }) {
  const { t } = useTranslation('turns')
  const [open, setOpen] = useState(false)
  const bring = useMutation({ mutationFn: (act: typeof undoChanges) => act(message) })
  const { files = 0, state = 'made' } = message.changes ?? {}
  return (
    <section className={styles.changes} aria-label={t('changes.label')} data-state={state}>
      <div className={styles.head}>
        <button type="button" className={styles.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('changes.files', { count: files })}
          {state !== 'made' && <span className={styles.state}>{t(`changes.${state}`)}</span>}
        </button>
        {state !== 'undone' && (
          <Button
            size="small"
            icon={<UndoOutlined aria-hidden="true" />}
            loading={bring.isPending}
            onClick={() => bring.mutate(undoChanges)}
          >
            {t('changes.undo')}
          </Button>
        )}
        {state !== 'made' && (
          <Button
            size="small"
            icon={<RedoOutlined aria-hidden="true" />}
            loading={bring.isPending}
            onClick={() => bring.mutate(redoChanges)}
          >
            {t('changes.redo')}
          </Button>
        )}
      </div>
      <div role="status">{bring.data && <Conflicts undone={bring.data} />}</div>
      {bring.isError && <ErrorNotice error={bring.error} />}
      {open && <Files message={message} />}
    </section>
  )
}

function Files({ message }: { message: Message }) {
  const { t } = useTranslation('turns')
  const { data, error, refetch } = useQuery(changesQuery(message))
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />
  if (!data) return null
  const more = data.file_count - data.files.length
  return (
    <ul className={styles.files}>
      {data.files.map((file) => (
        <ChangedFile key={file.path} message={message} file={file} />
      ))}
      {more > 0 && <li className={styles.note}>{t('changes.more', { count: more })}</li>}
    </ul>
  )
}

/** What was left as it is, by name. */
function Conflicts({ undone: { conflicts } }: { undone: Undone }) {
  const { t } = useTranslation('turns')
  if (conflicts.length === 0) return null
  return (
    <div className={styles.conflicts}>
      <p>{t('changes.left')}</p>
      <ul>
        {conflicts.map(({ path, code }) => (
          <li key={path}>
            <code translate="no">{path}</code>{' '}
            {t(
              code === 'file_changed'
                ? 'changes.changedSince'
                : code === 'version_not_kept'
                  ? 'changes.notKept'
                  : 'changes.failed',
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
