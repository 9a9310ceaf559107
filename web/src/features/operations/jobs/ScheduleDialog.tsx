import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import type { Schedule } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useErrorText } from '@/ui/errorText'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import styles from './Jobs.module.css'
import { changeSchedule, previewQuery } from './queries'
import { useJobName } from './words'

/** At which times a schedule runs, with the next moments that would be. */
export function ScheduleDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const jobName = useJobName()
  const errors = useErrorText()
  const [cron, setCron] = useState(schedule.cron)
  const [zone, setZone] = useState(schedule.time_zone)
  const preview = useQuery(previewQuery(cron.trim(), zone.trim()))
  const refused = preview.error instanceof ApiError ? preview.error : null
  const save = useMutation({
    mutationFn: () => changeSchedule(schedule.name, { cron: cron.trim(), time_zone: zone.trim() }),
    onSuccess: () => {
      toast(t('jobs.scheduleSaved', { name: jobName(schedule.name) }))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('jobs.editSchedule', { name: jobName(schedule.name) })}
      action={t('save')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
      disabled={!preview.isSuccess}
      aside={
        <Button
          onClick={() => {
            setCron(schedule.default_cron)
            setZone(schedule.default_time_zone)
          }}
        >
          {t('jobs.toDefault')}
        </Button>
      }
    >
      <Field
        label={t('jobs.cron')}
        hint={t('jobs.cronHint')}
        error={refused && refused.code !== 'invalid_time_zone' ? `${errors(refused)} ${refused.message}` : null}
      >
        {(attributes) => (
          <Input
            {...attributes}
            spellCheck={false}
            autoComplete="off"
            value={cron}
            onChange={(event) => setCron(event.target.value)}
          />
        )}
      </Field>
      <ZoneField
        zone={zone}
        error={refused?.code === 'invalid_time_zone' ? errors(refused) : null}
        onChange={setZone}
      />
      {preview.isSuccess && <NextMoments moments={preview.data.moments} />}
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}

interface ZoneFieldProps {
  zone: string
  error: string | null
  onChange: (zone: string) => void
}

/** Any time zone that the browser knows is offered; others may be typed. */
function ZoneField({ zone, error, onChange }: ZoneFieldProps) {
  const { t } = useTranslation('admin')
  return (
    <Field label={t('jobs.timeZone')} hint={t('jobs.timeZoneHint')} error={error}>
      {(attributes) => (
        <>
          <Input
            {...attributes}
            list="time-zones"
            spellCheck={false}
            autoComplete="off"
            value={zone}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id="time-zones">
            {['UTC', ...Intl.supportedValuesOf('timeZone')].map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

function NextMoments({ moments }: { moments: string[] }) {
  const { t } = useTranslation('admin')
  return (
    <div role="status">
      <p className={styles.soft}>{t('jobs.nextMoments')}</p>
      <ol className={styles.moments}>
        {moments.map((at) => (
          <li key={at}>
            <Time at={at} withClock />
          </li>
        ))}
      </ol>
    </div>
  )
}
