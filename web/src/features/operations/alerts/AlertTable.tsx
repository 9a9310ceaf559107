import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Alert } from '@/api/types'
import { Button } from '@/ui/Button'
import { type Column, DataTable } from '@/ui/DataTable'
import { useErrorText } from '@/ui/errorText'
import { useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'
import { Ago, Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import styles from './Alerts.module.css'
import { MessagesDialog } from './MessagesDialog'
import { acknowledge } from './queries'
import { useAlertWords } from './words'

const SEVERITY_TONE = { info: 'accent', warning: 'warn', critical: 'bad' } as const

/** Alerts with what they are about; open ones can be taken on. */
export function AlertTable({ alerts, over }: { alerts: Alert[]; over: boolean }) {
  const { t } = useTranslation('admin')
  const words = useAlertWords()
  const format = useFormat()
  const columns: (Column<Alert> & { when?: 'open' | 'over' })[] = [
    { key: 'name', title: t('alerts.what'), kind: 'name', render: (alert) => <What alert={alert} /> },
    { key: 'severity', title: t('alerts.severity'), render: ({ severity }) => <SeverityTag severity={severity} /> },
    { key: 'state', title: t('alerts.state'), when: 'open', render: (alert) => <StateTag alert={alert} /> },
    {
      key: 'value',
      title: t('alerts.value'),
      render: (alert) => (
        <span className={styles.stack}>
          <span>{words.value(alert.value, alert.unit)}</span>
          <span className={styles.soft}>
            {t(`alerts.${alert.comparison}`, { value: words.value(alert.threshold, alert.unit) })}
          </span>
        </span>
      ),
    },
    { key: 'since', title: t('alerts.since'), when: 'open', render: ({ started_at }) => <Ago at={started_at} /> },
    {
      key: 'began',
      title: t('alerts.began'),
      when: 'over',
      render: ({ started_at }) => <Time at={started_at} withClock />,
    },
    {
      key: 'lasted',
      title: t('alerts.lasted'),
      when: 'over',
      render: ({ started_at, resolved_at }) =>
        resolved_at ? format.span((Date.parse(resolved_at) - Date.parse(started_at)) / 1000) : '–',
    },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (alert) => (
        <span className={styles.actions}>
          <Messages alert={alert} />
          {!over && !alert.acknowledged_at && <Acknowledge alert={alert} />}
        </span>
      ),
    },
  ]
  return (
    <DataTable
      label={t(over ? 'alerts.history' : 'alerts.now')}
      columns={columns.filter(({ when }) => !when || when === (over ? 'over' : 'open'))}
      rows={alerts}
      rowKey={(alert) => alert.id}
    />
  )
}

function What({ alert }: { alert: Alert }) {
  const words = useAlertWords()
  return (
    <span className={styles.stack}>
      <span>{words.rule(alert.rule_name)}</span>
      {alert.subject_name && <span className={styles.soft}>{alert.subject_name}</span>}
    </span>
  )
}

export function SeverityTag({ severity }: { severity: Alert['severity'] }) {
  const { t } = useTranslation('admin')
  return <Tag tone={SEVERITY_TONE[severity]}>{t(`alerts.severities.${severity}`)}</Tag>
}

function StateTag({ alert }: { alert: Alert }) {
  const { t } = useTranslation('admin')
  if (alert.acknowledged_at) return <Tag>{t('alerts.states.acknowledged')}</Tag>
  return <Tag tone={alert.state === 'firing' ? 'bad' : 'plain'}>{t(`alerts.states.${alert.state}`)}</Tag>
}

function Messages({ alert }: { alert: Alert }) {
  const { t } = useTranslation('admin')
  const [isOpen, setOpen] = useState(false)
  const label = t('alerts.messagesOf', { name: useAlertWords().rule(alert.rule_name) })
  return (
    <>
      <Button size="small" aria-label={label} onClick={() => setOpen(true)}>
        {t('alerts.messages')}
      </Button>
      {isOpen && <MessagesDialog alert={alert} onClose={() => setOpen(false)} />}
    </>
  )
}

function Acknowledge({ alert }: { alert: Alert }) {
  const { t } = useTranslation('admin')
  const words = useAlertWords()
  const errors = useErrorText()
  const take = useMutation({
    mutationFn: () => acknowledge(alert.id),
    onSuccess: () => toast(t('alerts.acknowledged')),
    onError: (thrown) => toast(errors(thrown)),
  })
  return (
    <Button
      size="small"
      loading={take.isPending}
      aria-label={t('alerts.acknowledgeOf', { name: words.rule(alert.rule_name) })}
      onClick={() => take.mutate()}
    >
      {t('alerts.acknowledge')}
    </Button>
  )
}
