import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { DataTable } from '@/ui/DataTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { Time } from '@/ui/Time'
import { attemptsQuery } from './queries'

/** The last requests that were turned away. */
export function Attempts() {
  const { t } = useTranslation('admin')
  const list = useInfiniteQuery(attemptsQuery)
  const attempts = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section bare title={t('ipRules.attempts')} text={t('ipRules.attemptsText')}>
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && attempts.length === 0 && <p>{t('ipRules.attemptsNone')}</p>}
      {attempts.length > 0 && (
        <DataTable
          label={t('ipRules.attempts')}
          rows={attempts}
          rowKey={(attempt) => attempt.id}
          columns={[
            {
              key: 'address',
              title: t('ipRules.address'),
              kind: 'name',
              render: ({ address }) => <code>{address}</code>,
            },
            { key: 'at', title: t('ipRules.at'), render: ({ at }) => <Time at={at} withClock /> },
            { key: 'path', title: t('ipRules.path'), render: ({ path }) => <code>{path}</code> },
          ]}
        />
      )}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Section>
  )
}
