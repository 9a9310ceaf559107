import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertRule } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { MomentField } from '@/ui/MomentField'
import { after } from '@/ui/moments'
import { toast } from '@/ui/toast'
import { silenceRule } from './queries'
import { useAlertWords } from './words'

const HOUR = 3_600

/** Nobody is told of a rule for a while; it goes on being watched. */
export function SilenceDialog({ rule, onClose }: { rule: AlertRule; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const name = useAlertWords().rule(rule.name)
  const [until, setUntil] = useState<string | null>(() => after(HOUR))
  return (
    <ConfirmDialog
      title={t('alerts.silenceTitle', { name })}
      action={t('alerts.silence')}
      disabled={until === null}
      onConfirm={() => silenceRule(rule.id, until)}
      onDone={() => toast(t('alerts.silenced', { name }))}
      onClose={onClose}
    >
      <p>{t('alerts.silenceText')}</p>
      <MomentField label={t('alerts.silenceUntil')} value={until} onChange={setUntil} />
    </ConfirmDialog>
  )
}
