import { AlertOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertRule } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { AlertTabs } from './AlertTabs'
import { channelsQuery, deleteRule, metricsQuery, rulesQuery } from './queries'
import { RuleDialog } from './RuleDialog'
import { RuleTable } from './RuleTable'
import { SilenceDialog } from './SilenceDialog'
import { useAlertWords } from './words'

export type Doing = { what: 'edit'; rule: AlertRule | null } | { what: 'silence' | 'delete'; rule: AlertRule }

/** When to raise an alert. */
export function RulesPage() {
  const { t } = useTranslation('admin')
  const rules = useQuery(rulesQuery)
  const metrics = useQuery(metricsQuery)
  const { data: channels = [] } = useQuery(channelsQuery)
  const [doing, setDoing] = useState<Doing | null>(null)
  const close = () => setDoing(null)
  const add = (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden="true" />}
      disabled={!metrics.isSuccess}
      onClick={() => setDoing({ what: 'edit', rule: null })}
    >
      {t('alerts.addRule')}
    </Button>
  )
  return (
    <Page wide title={t('alerts.title')} text={t('alerts.rulesText')} actions={add}>
      <AlertTabs />
      {(rules.isPending || metrics.isPending) && <Skeleton />}
      {rules.isError && <ErrorNotice error={rules.error} onRetry={() => void rules.refetch()} />}
      {metrics.isError && <ErrorNotice error={metrics.error} onRetry={() => void metrics.refetch()} />}
      {rules.data?.length === 0 && (
        <EmptyState
          icon={<AlertOutlined aria-hidden="true" />}
          title={t('alerts.rulesEmptyTitle')}
          text={t('alerts.rulesEmptyText')}
        />
      )}
      {rules.data && metrics.data && rules.data.length > 0 && (
        <RuleTable rules={rules.data} metrics={metrics.data} channels={channels} onDo={setDoing} />
      )}
      {doing?.what === 'edit' && metrics.data && (
        <RuleDialog rule={doing.rule} metrics={metrics.data} channels={channels} onClose={close} />
      )}
      {doing?.what === 'silence' && <SilenceDialog rule={doing.rule} onClose={close} />}
      {doing?.what === 'delete' && <DeleteRule rule={doing.rule} onClose={close} />}
    </Page>
  )
}

function DeleteRule({ rule, onClose }: { rule: AlertRule; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const name = useAlertWords().rule(rule.name)
  return (
    <ConfirmDialog
      title={t('alerts.deleteRuleTitle', { name })}
      action={t('delete')}
      danger
      onConfirm={() => deleteRule(rule.id)}
      onDone={() => toast(t('alerts.ruleDeleted', { name }))}
      onClose={onClose}
    >
      <p>{t('alerts.deleteRuleText')}</p>
    </ConfirmDialog>
  )
}
