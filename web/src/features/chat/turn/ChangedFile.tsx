import { RightOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChangedFile as File, Message } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { UnifiedDiff } from '@/ui/UnifiedDiff'
import { differenceQuery } from './changes'
import styles from './Turn.module.css'

/** One file: what became of it, by how many lines, and its difference when it is wanted. */
export function ChangedFile({ message, file }: { message: Message; file: File }) {
  const { t } = useTranslation('turns')
  const [open, setOpen] = useState(false)
  const { path, kind, added_lines: added, removed_lines: removed } = file
  return (
    <li>
      <button type="button" className={styles.file} aria-expanded={open} onClick={() => setOpen(!open)}>
        <RightOutlined className={styles.arrow} aria-hidden="true" />
        <span className={styles.path} translate="no">
          {path}
        </span>
        <span className={styles.note}>{t(`kind.${kind}`)}</span>
        {added !== null && (
          <span className={styles.added} role="img" aria-label={t('lines.added', { count: added })}>
            +{added}
          </span>
        )}
        {removed !== null && (
          <span className={styles.removed} role="img" aria-label={t('lines.removed', { count: removed })}>
            −{removed}
          </span>
        )}
        {file.is_undone && <span className={styles.state}>{t('changes.undone')}</span>}
      </button>
      {open && <Difference message={message} path={path} />}
    </li>
  )
}

function Difference({ message, path }: { message: Message; path: string }) {
  const { t } = useTranslation('turns')
  const { data, error } = useQuery(differenceQuery(message, path))
  if (error) return <ErrorNotice error={error} />
  if (!data) return null
  if (data.diff === '') return <p className={styles.note}>{t('changes.empty')}</p>
  return <UnifiedDiff diff={data.diff} label={t('changes.of', { path })} />
}
