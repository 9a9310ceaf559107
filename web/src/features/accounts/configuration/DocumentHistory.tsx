import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { AuditTable } from '../audit/AuditTable'
import { auditQuery } from '../audit/queries'

const SHOWN = 10

/** Who changed one document, and what, newest first. */
export function DocumentHistory({ name }: { name: string }) {
  const { t } = useTranslation('admin')
  const target = `configuration:${name}`
  const history = useInfiniteQuery(auditQuery({ target }, SHOWN))
  const entries = history.data?.pages[0]?.items ?? []
  return (
    <Section bare title={t('configuration.history')} text={t('configuration.historyText')}>
      {history.isPending && <Skeleton />}
      {history.isError && <ErrorNotice error={history.error} onRetry={() => void history.refetch()} />}
      {history.isSuccess && entries.length === 0 && <p>{t('configuration.historyNone')}</p>}
      {entries.length > 0 && <AuditTable label={t('configuration.history')} entries={entries} withoutTarget />}
      {history.hasNextPage && (
        <Link to="/admin/audit" search={{ target }}>
          {t('configuration.historyAll')}
        </Link>
      )}
    </Section>
  )
}
