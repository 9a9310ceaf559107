import { useTranslation } from 'react-i18next'
import type { AlertChannel, AlertMetric } from '@/api/types'
import { Field } from '@/ui/Field'
import { useFormat } from '@/ui/format'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { Select } from '@/ui/Select'
import styles from './Alerts.module.css'
import type { RuleForm, wrongIn } from './rule'
import { useAlertWords } from './words'

interface RuleFieldsProps {
  form: RuleForm
  metrics: AlertMetric[]
  channels: AlertChannel[]
  wrong: ReturnType<typeof wrongIn>
  onChange: (part: Partial<RuleForm>) => void
}

const REPEATS = [0, 3_600, 14_400, 86_400]

/** When the rule holds, how bad that is, and who is told. */
export function RuleFields({ form, metrics, channels, wrong, onChange }: RuleFieldsProps) {
  const { t } = useTranslation('admin')
  const words = useAlertWords()
  const format = useFormat()
  const metric = metrics.find((one) => one.name === form.metric)
  const repeats = [...new Set([...REPEATS, Number(form.repeat_seconds)])].sort((a, b) => a - b)
  const repeatText = (seconds: number) =>
    seconds === 0 ? t('alerts.repeatNever') : t('alerts.repeatEvery', { span: format.span(seconds) })
  return (
    <>
      <Field label={t('alerts.metric')} hint={metric && <MetricHint metric={metric} />}>
        {(attributes) => (
          <Select
            {...attributes}
            value={form.metric}
            options={metrics.map(({ name, title }) => ({ value: name, label: words.metric(name, title) }))}
            onChange={(name) => onChange({ metric: name })}
          />
        )}
      </Field>
      <Segments
        label={t('alerts.comparison')}
        value={form.comparison}
        options={(['above', 'below'] as const).map((value) => ({ value, label: t(`alerts.comparisons.${value}`) }))}
        onChange={(comparison) => onChange({ comparison })}
      />
      <div className={styles.pair}>
        <Field
          label={t(`alerts.threshold.${metric?.unit ?? 'count'}`)}
          error={wrong.has('threshold') ? t('alerts.thresholdWrong') : null}
        >
          {(attributes) => (
            <Input
              {...attributes}
              inputMode="decimal"
              value={form.threshold}
              onChange={(event) => onChange({ threshold: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('alerts.forSeconds')}
          hint={t('alerts.forHint')}
          error={wrong.has('for_seconds') ? t('alerts.forWrong') : null}
        >
          {(attributes) => (
            <Input
              {...attributes}
              inputMode="numeric"
              value={form.for_seconds}
              onChange={(event) => onChange({ for_seconds: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Segments
        label={t('alerts.severity')}
        value={form.severity}
        options={(['info', 'warning', 'critical'] as const).map((value) => ({
          value,
          label: t(`alerts.severities.${value}`),
        }))}
        onChange={(severity) => onChange({ severity })}
      />
      <Field label={t('alerts.repeat')}>
        {(attributes) => (
          <Select
            {...attributes}
            value={form.repeat_seconds}
            options={repeats.map((seconds) => ({ value: String(seconds), label: repeatText(seconds) }))}
            onChange={(repeat_seconds) => onChange({ repeat_seconds })}
          />
        )}
      </Field>
      <Channels chosen={form.channel_ids} channels={channels} onChange={(channel_ids) => onChange({ channel_ids })} />
    </>
  )
}

/** What the metric is, and what it reads now. */
function MetricHint({ metric }: { metric: AlertMetric }) {
  const { t } = useTranslation('admin')
  const words = useAlertWords()
  const readings = metric.readings.slice(0, 3).map(({ name, value }) => {
    const shown = words.value(value, metric.unit)
    return name === '' ? shown : `${name}: ${shown}`
  })
  return (
    <>
      {words.metricText(metric.name, metric.description)}{' '}
      {readings.length > 0 && t('alerts.nowReads', { value: readings.join(', ') })}
    </>
  )
}

interface ChannelsProps {
  chosen: string[]
  channels: AlertChannel[]
  onChange: (ids: string[]) => void
}

function Channels({ chosen, channels, onChange }: ChannelsProps) {
  const { t } = useTranslation('admin')
  return (
    <fieldset className={styles.choices}>
      <legend>{t('alerts.tells')}</legend>
      {channels.map(({ id, name, kind }) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
          />
          {name} <span className={styles.soft}>{t(`alerts.kinds.${kind}`)}</span>
        </label>
      ))}
      <p className={styles.soft}>{t(channels.length === 0 ? 'alerts.noChannels' : 'alerts.tellsHint')}</p>
    </fieldset>
  )
}
