import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '@/api/types'
import { Changes } from '@/ui/Changes'
import { changesBetween } from '@/ui/changes'
import { type Column, DataTable } from '@/ui/DataTable'
import { Time } from '@/ui/Time'
import styles from './AuditTable.module.css'
import { useActionText } from './words'

interface AuditTableProps {
  label: string
  entries: AuditEntry[]
  /** Where all entries are about the same thing. */
  withoutTarget?: boolean
}

/** Entries of the audit log, each with what it changed. */
export function AuditTable({ label, entries, withoutTarget = false }: AuditTableProps) {
  const { t } = useTranslation('admin')
  const actionText = useActionText()
  const columns: Column<AuditEntry>[] = [
    {
      key: 'what',
      title: t('audit.what'),
      kind: 'name',
      render: ({ action, at }) => (
        <span className={styles.stack}>
          <span title={action}>{actionText(action)}</span>
          <span className={`${styles.soft} ${styles.when}`}>
            <Time at={at} withClock />
          </span>
        </span>
      ),
    },
    { key: 'actor', title: t('audit.actor'), render: (entry) => <Actor entry={entry} /> },
    { key: 'target', title: t('audit.target'), render: ({ target }) => <code>{target}</code> },
    {
      key: 'changes',
      title: t('audit.changes'),
      render: ({ before, after }) => {
        const changes = changesBetween(before, after)
        return changes.length > 0 ? <Changes changes={changes} /> : null
      },
    },
  ]
  return (
    <DataTable
      label={label}
      columns={withoutTarget ? columns.filter(({ key }) => key !== 'target') : columns}
      rows={entries}
      rowKey={(entry) => entry.id}
    />
  )
}

/** Who it was: an account, one that is gone, or nobody that we know. */
function Actor({ entry: { actor, address } }: { entry: AuditEntry }) {
  const { t } = useTranslation('admin')
  const name = actor ? (actor.name ?? t('audit.gone')) : t('audit.nobody')
  return (
    <span className={styles.stack}>
      <span title={actor?.email ?? undefined}>{name}</span>
      <span className={styles.soft}>{address}</span>
    </span>
  )
}
