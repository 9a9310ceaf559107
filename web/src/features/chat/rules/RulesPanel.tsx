import { PlusOutlined, SafetyOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PermissionRule } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { inOrder } from './order'
import { removeRule, rulesQuery } from './queries'
import { RuleDialog } from './RuleDialog'
import styles from './Rules.module.css'
import { RuleTable } from './RuleTable'

/** What this person's agents may do without asking, must ask for, and may not do. */
export function RulesPanel() {
  const { t } = useTranslation('agents')
  const list = useInfiniteQuery(rulesQuery)
  const [editing, setEditing] = useState<PermissionRule | 'new' | null>(null)
  const [removing, setRemoving] = useState<PermissionRule | null>(null)
  const rules = inOrder(list.data?.pages.flatMap((page) => page.items) ?? [])
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setEditing('new')}>
      {t('rules.add')}
    </Button>
  )
  return (
    <Page title={t('rules.title')} text={t('rules.text')} actions={rules.length > 0 && add}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && rules.length === 0 && (
        <EmptyState
          icon={<SafetyOutlined aria-hidden="true" />}
          title={t('rules.emptyTitle')}
          text={t('rules.emptyText')}
        >
          {add}
        </EmptyState>
      )}
      {rules.length > 0 && <RuleTable rules={rules} onEdit={setEditing} onRemove={setRemoving} />}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('rules.more')}
        </Button>
      )}
      {list.isSuccess && <Order />}
      {editing && <RuleDialog rule={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      {removing && (
        <ConfirmDialog
          title={t('rules.removeTitle')}
          action={t('rules.remove')}
          danger
          onConfirm={() => removeRule(removing.id)}
          onDone={() => toast(t('rules.removed'))}
          onClose={() => setRemoving(null)}
        >
          <p>
            {t('rules.removeText')} <code translate="no">{removing.pattern}</code>
          </p>
        </ConfirmDialog>
      )}
    </Page>
  )
}

function Order() {
  const { t } = useTranslation('agents')
  return (
    <section className={styles.order} aria-label={t('rules.orderTitle')}>
      <h2>{t('rules.orderTitle')}</h2>
      <ol>
        {(['cautions', 'everywhere', 'workspace', 'session'] as const).map((step) => (
          <li key={step}>{t(`rules.order.${step}`)}</li>
        ))}
      </ol>
      <p>{t('rules.orderText')}</p>
    </section>
  )
}
