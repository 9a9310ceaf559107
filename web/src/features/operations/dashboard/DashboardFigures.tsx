import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Dashboard } from '@/api/types'
import { Figure, Figures } from '@/ui/Figure'
import { useFormat } from '@/ui/format'
import { growth } from './points'

const DISK_FULL = 0.9

/** The numbers that matter, each with a way to where it comes from. */
export function DashboardFigures({ dashboard }: { dashboard: Dashboard }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const { users, sessions, disk, jobs } = dashboard
  const used = disk.total_bytes > 0 ? disk.used_bytes / disk.total_bytes : 0
  const firing = Object.values(dashboard.alerts).reduce((sum, count) => sum + count, 0)
  return (
    <Figures>
      <Figure
        label={t('dashboard.alerts')}
        value={format.count(firing)}
        tone={toneOf(dashboard.alerts)}
        note={<Link to="/admin/alerts">{t(firing > 0 ? 'dashboard.seeAlerts' : 'dashboard.noAlerts')}</Link>}
      />
      <Figure
        label={t('dashboard.people')}
        value={format.count(users.total)}
        note={t('dashboard.peopleNote', { active: format.count(users.active), created: format.count(users.created) })}
      />
      <Figure
        label={t('dashboard.sessions')}
        value={format.count(sessions.total)}
        note={t('dashboard.sessionsNote', { created: format.count(sessions.created) })}
      />
      <CallFigures dashboard={dashboard} />
      <Figure
        label={t('dashboard.jobs')}
        value={format.count(jobs.queued + jobs.running + jobs.waiting)}
        note={
          <Link to="/admin/jobs" search={jobs.failed > 0 ? { state: 'unsettled' } : {}}>
            {t('dashboard.jobsNote', { failed: format.count(jobs.failed), done: format.count(jobs.succeeded) })}
          </Link>
        }
        tone={jobs.failed > 0 ? 'warn' : 'plain'}
      />
      <Figure
        label={t('dashboard.disk')}
        value={format.percent(used)}
        tone={used >= DISK_FULL ? 'bad' : 'plain'}
        note={t('dashboard.diskNote', { free: format.bytes(disk.free_bytes) })}
      />
    </Figures>
  )
}

function CallFigures({ dashboard: { calls, calls_before, cost } }: { dashboard: Dashboard }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const more = growth(calls.total, calls_before.total)
  const tokens = calls.input_tokens + calls.output_tokens
  const note = more === null ? null : t('dashboard.growth', { share: signed(format.percent(more), more) })
  return (
    <>
      <Figure label={t('dashboard.calls')} value={format.count(calls.total)} note={note} />
      <Figure
        label={t('dashboard.errors')}
        value={calls.total > 0 ? format.percent(calls.errors / calls.total) : '–'}
        tone={calls.errors > 0 ? 'warn' : 'plain'}
        note={t('dashboard.errorsNote', { errors: format.count(calls.errors), refused: format.count(calls.refused) })}
      />
      <Figure
        label={t('dashboard.tokens')}
        value={format.count(tokens)}
        note={t('dashboard.tokensNote', {
          input: format.count(calls.input_tokens),
          output: format.count(calls.output_tokens),
        })}
      />
      <Figure
        label={t('dashboard.mean')}
        value={calls.mean_seconds === null ? '–' : format.span(calls.mean_seconds)}
        note={t('dashboard.meanNote')}
      />
      <Figure
        label={t('dashboard.cost')}
        value={cost ? format.money(cost.nano, cost.currency) : '–'}
        note={<Unpriced calls={calls.unpriced} isKnown={cost !== null} />}
        tone={calls.unpriced > 0 ? 'warn' : 'plain'}
      />
    </>
  )
}

/** Calls whose price nobody has said are not free: they are told apart, with the way to where it is said. */
function Unpriced({ calls, isKnown }: { calls: number; isKnown: boolean }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  if (calls === 0) return null
  return (
    <Link to="/gateway/models" search={{ show: 'unpriced' }}>
      {isKnown ? t('dashboard.unpriced', { count: calls, shown: format.count(calls) }) : t('dashboard.noPrices')}
    </Link>
  )
}

/** As bad as the worst alert that fires. */
function toneOf(alerts: Dashboard['alerts']) {
  if (alerts.critical) return 'bad'
  if (alerts.warning) return 'warn'
  return alerts.info ? 'plain' : 'good'
}

function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text
}
