import { BellOutlined, DeleteOutlined, EditOutlined, MoreOutlined, PauseCircleOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AlertChannel, AlertMetric, AlertRule } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { useErrorText } from '@/ui/errorText'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import styles from './Alerts.module.css'
import { SeverityTag } from './AlertTable'
import { alertsQuery, changeRule, silenceRule } from './queries'
import type { Doing } from './RulesPage'
import { standingOf } from './rule'
import { useAlertWords } from './words'

interface RuleTableProps {
  rules: AlertRule[]
  metrics: AlertMetric[]
  channels: AlertChannel[]
  onDo: (doing: Doing) => void
}

export function RuleTable({ rules, metrics, channels, onDo }: RuleTableProps) {
  const { t } = useTranslation('admin')
  const words = useAlertWords()
  const metricOf = (rule: AlertRule) => metrics.find((metric) => metric.name === rule.metric)
  const columns: Column<AlertRule>[] = [
    {
      key: 'name',
      title: t('alerts.rule'),
      kind: 'name',
      render: (rule) => (
        <span className={styles.stack}>
          <span>{words.rule(rule.name)}</span>
          <span className={styles.soft}>{words.metric(rule.metric, metricOf(rule)?.title ?? rule.metric)}</span>
        </span>
      ),
    },
    {
      key: 'condition',
      title: t('alerts.condition'),
      render: (rule) => words.condition(rule, metricOf(rule)?.unit ?? 'count'),
    },
    { key: 'severity', title: t('alerts.severity'), render: ({ severity }) => <SeverityTag severity={severity} /> },
    {
      key: 'channels',
      title: t('alerts.tells'),
      render: (rule) => channelNames(rule, channels) || t('alerts.everyChannel'),
    },
    { key: 'standing', title: t('alerts.state'), render: (rule) => <Standing rule={rule} /> },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (rule) => (
        <span className={styles.actions}>
          <EnabledSwitch rule={rule} name={words.rule(rule.name)} />
          <RuleMenu rule={rule} name={words.rule(rule.name)} onDo={onDo} />
        </span>
      ),
    },
  ]
  return <DataTable label={t('alerts.rules')} columns={columns} rows={rules} rowKey={(rule) => rule.id} />
}

function channelNames(rule: AlertRule, channels: AlertChannel[]): string {
  return rule.channel_ids.map((id) => channels.find((channel) => channel.id === id)?.name ?? id).join(', ')
}

const TONES = { off: 'plain', silenced: 'accent', firing: 'bad', pending: 'warn', quiet: 'good' } as const

function Standing({ rule }: { rule: AlertRule }) {
  const { t } = useTranslation('admin')
  const { data } = useInfiniteQuery(alertsQuery('open'))
  const standing = standingOf(rule, data?.pages.flatMap((page) => page.items) ?? [])
  return (
    <span className={styles.stack}>
      <span>
        <Tag tone={TONES[standing]}>{t(`alerts.standing.${standing}`)}</Tag>
      </span>
      {standing === 'silenced' && rule.silenced_until && (
        <span className={styles.soft}>
          {t('alerts.until')} <Time at={rule.silenced_until} withClock />
        </span>
      )}
    </span>
  )
}

function EnabledSwitch({ rule, name }: { rule: AlertRule; name: string }) {
  const { t } = useTranslation('admin')
  const errors = useErrorText()
  const turn = useMutation({
    mutationFn: (enabled: boolean) => changeRule(rule.id, { enabled }),
    onError: (thrown) => toast(errors(thrown)),
  })
  return (
    <Switch
      checked={turn.isPending ? turn.variables : rule.enabled}
      loading={turn.isPending}
      aria-label={t('enabledOf', { name })}
      onChange={(enabled) => turn.mutate(enabled)}
    />
  )
}

function RuleMenu({ rule, name, onDo }: { rule: AlertRule; name: string; onDo: (doing: Doing) => void }) {
  const { t } = useTranslation('admin')
  const errors = useErrorText()
  const wake = useMutation({
    mutationFn: () => silenceRule(rule.id, null),
    onError: (thrown) => toast(errors(thrown)),
  })
  const silenced = rule.silenced_until !== null && Date.parse(rule.silenced_until) > Date.now()
  const entries = [
    {
      key: 'edit',
      label: t('edit'),
      icon: <EditOutlined aria-hidden="true" />,
      onPick: () => onDo({ what: 'edit', rule }),
    },
    silenced
      ? {
          key: 'wake',
          label: t('alerts.endSilence'),
          icon: <BellOutlined aria-hidden="true" />,
          onPick: () => wake.mutate(),
        }
      : {
          key: 'silence',
          label: t('alerts.silence'),
          icon: <PauseCircleOutlined aria-hidden="true" />,
          onPick: () => onDo({ what: 'silence', rule }),
        },
  ]
  const remove = {
    key: 'delete',
    label: t('delete'),
    icon: <DeleteOutlined aria-hidden="true" />,
    danger: true,
    onPick: () => onDo({ what: 'delete', rule }),
  }
  return (
    <MenuButton label={t('menuOf', { name })} entries={rule.shipped ? entries : [...entries, remove]}>
      <MoreOutlined aria-hidden="true" />
    </MenuButton>
  )
}
