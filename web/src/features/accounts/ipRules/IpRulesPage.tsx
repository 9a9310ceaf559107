import { PlusOutlined, SafetyOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { IpRule } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { AddressCheck } from './AddressCheck'
import { Attempts } from './Attempts'
import { IpRuleDialog } from './IpRuleDialog'
import { IpRuleTable } from './IpRuleTable'
import { deleteRule, rulesQuery } from './queries'

/** Who may reach the hall at all. */
export function IpRulesPage() {
  const { t } = useTranslation('admin')
  const list = useInfiniteQuery(rulesQuery)
  const [editing, setEditing] = useState<IpRule | 'new' | null>(null)
  const [deleting, setDeleting] = useState<IpRule | null>(null)
  const rules = list.data?.pages.flatMap((page) => page.items) ?? []
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setEditing('new')}>
      {t('ipRules.add')}
    </Button>
  )
  return (
    <Page wide title={t('ipRules.title')} text={t('ipRules.text')} actions={rules.length > 0 && add}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rules.length === 0 && (
        <EmptyState
          icon={<SafetyOutlined aria-hidden="true" />}
          title={t('ipRules.emptyTitle')}
          text={t('ipRules.emptyText')}
        >
          {add}
        </EmptyState>
      )}
      {rules.length > 0 && <IpRuleTable rules={rules} onEdit={setEditing} onDelete={setDeleting} />}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {list.isSuccess && <AddressCheck />}
      {rules.length > 0 && <Attempts />}
      {editing && <IpRuleDialog rule={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      {deleting && (
        <ConfirmDialog
          title={t('ipRules.deleteTitle', { network: deleting.network })}
          action={t('ipRules.delete')}
          danger
          onConfirm={() => deleteRule(deleting.id)}
          onDone={() => toast(t('ipRules.deleted', { network: deleting.network }))}
          onClose={() => setDeleting(null)}
        >
          <p>{t(deleting.kind === 'deny' ? 'ipRules.deleteDeny' : 'ipRules.deleteAllow')}</p>
        </ConfirmDialog>
      )}
    </Page>
  )
}
