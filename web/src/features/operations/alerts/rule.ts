/** The form of an alert rule, and what it asks of the server. Pure. */
import type { AlertMetric, AlertRule, AlertRuleIn } from '@/api/types'

export type Unit = AlertMetric['unit']

/** Texts as they are typed; bytes are typed in megabytes. */
export interface RuleForm {
  name: string
  metric: string
  comparison: AlertRule['comparison']
  threshold: string
  for_seconds: string
  repeat_seconds: string
  severity: AlertRule['severity']
  channel_ids: string[]
}

const MEGABYTE = 1_000_000

/** What one of what is typed stands for. */
export function scaleOf(unit: Unit): number {
  return unit === 'bytes' ? MEGABYTE : 1
}

export function emptyRule(metric: string): RuleForm {
  return {
    name: '',
    metric,
    comparison: 'above',
    threshold: '',
    for_seconds: '60',
    repeat_seconds: '14400',
    severity: 'warning',
    channel_ids: [],
  }
}

export function formFromRule(rule: AlertRule, unit: Unit): RuleForm {
  return {
    name: rule.name,
    metric: rule.metric,
    comparison: rule.comparison,
    threshold: String(rule.threshold / scaleOf(unit)),
    for_seconds: String(rule.for_seconds),
    repeat_seconds: String(rule.repeat_seconds),
    severity: rule.severity,
    channel_ids: rule.channel_ids,
  }
}

export function ruleWanted(form: RuleForm, unit: Unit): Omit<AlertRuleIn, 'enabled'> {
  return {
    ...form,
    name: form.name.trim(),
    threshold: Number(form.threshold) * scaleOf(unit),
    for_seconds: Number(form.for_seconds),
    repeat_seconds: Number(form.repeat_seconds),
  }
}

const WEEK_SECONDS = 7 * 86_400

/** The fields that hold no value the server could take. */
export function wrongIn(form: RuleForm): Set<'name' | 'threshold' | 'for_seconds'> {
  const wrong = new Set<'name' | 'threshold' | 'for_seconds'>()
  if (form.name.trim() === '') wrong.add('name')
  if (form.threshold.trim() === '' || !Number.isFinite(Number(form.threshold))) wrong.add('threshold')
  const seconds = Number(form.for_seconds)
  if (form.for_seconds.trim() === '' || !Number.isInteger(seconds) || seconds < 0 || seconds > WEEK_SECONDS) {
    wrong.add('for_seconds')
  }
  return wrong
}

export type Standing = 'off' | 'silenced' | 'firing' | 'pending' | 'quiet'

/** How a rule stands, the most important first. */
export function standingOf(rule: AlertRule, open: { rule_id: string; state: string }[], now = Date.now()): Standing {
  if (!rule.enabled) return 'off'
  if (rule.silenced_until && Date.parse(rule.silenced_until) > now) return 'silenced'
  const states = open.filter((alert) => alert.rule_id === rule.id).map((alert) => alert.state)
  if (states.includes('firing')) return 'firing'
  return states.includes('pending') ? 'pending' : 'quiet'
}
