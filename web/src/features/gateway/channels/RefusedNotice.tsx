import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Ago } from '@/ui/Time'
import { changeChannel } from './queries'
import styles from './RefusedNotice.module.css'
import { reasonParts, refusalOf } from './standing'

/** Why no call goes through a channel although it is on, since when, and how it comes back. */
export function RefusedNotice({ channel }: { channel: Channel }) {
  const { t } = useTranslation('gateway')
  const again = useMutation({ mutationFn: () => changeChannel(channel.id, { enabled: true }) })
  const refusal = refusalOf(channel)
  if (!refusal) return null
  const kind = channel.off_at ? 'channel' : channel.keys.length === 1 ? 'key' : 'keys'
  return (
    <div className={styles.notice}>
      <div className={styles.words}>
        <p className={styles.title}>
          {t(`refusal.${kind}`)} <Ago at={refusal.at} />
        </p>
        <Reason reason={refusal.reason} />
        <p className={styles.hint}>{t('refusal.returns')}</p>
        {again.isError && <ErrorNotice error={again.error} />}
      </div>
      <Button loading={again.isPending} onClick={() => again.mutate()}>
        {t('refusal.again')}
      </Button>
    </div>
  )
}

/** Our own sentence in the reader's language, and what the provider said in its own. */
export function Reason({ reason }: { reason: string }) {
  const { t } = useTranslation('gateway')
  const { code, said } = reasonParts(reason)
  return (
    <p className={styles.reason}>
      {code && t(`probe.${code}`)}{' '}
      {said && (
        <span translate="no" className={styles.said}>
          {said}
        </span>
      )}
    </p>
  )
}
