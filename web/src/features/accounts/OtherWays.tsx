import { LoginOutlined, UserOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Setup } from '@/api/types'
import { Button, ButtonAnchor } from '@/ui/Button'
import styles from './AccountFrame.module.css'
import { enterAsGuest } from './entering'
import { Refusal } from './Refusal'
import { useWait } from './waiting'

interface OtherWaysProps {
  setup: Setup
  onDone: () => void
}

/** Ways in without a password of this hall: the organisation's own sign-in, or as a guest. */
export function OtherWays({ setup, onDone }: OtherWaysProps) {
  const { t } = useTranslation('accounts')
  const guest = useMutation({ mutationFn: enterAsGuest, onSuccess: onDone })
  const wait = useWait(guest.error)
  return (
    <div className={styles.ways}>
      <p className={styles.divider}>{t('or')}</p>
      {setup.oidc.map(({ id, name }) => (
        <ButtonAnchor
          key={id}
          block
          icon={<LoginOutlined aria-hidden="true" />}
          href={`/api/v1/auth/oidc/${encodeURIComponent(id)}/start`}
        >
          {t('oidc', { name })}
        </ButtonAnchor>
      ))}
      {setup.guests && (
        <Button
          block
          icon={<UserOutlined aria-hidden="true" />}
          loading={guest.isPending}
          disabled={wait > 0}
          onClick={() => guest.mutate()}
        >
          {t('guest')}
        </Button>
      )}
      <Refusal error={guest.error} wait={wait} />
    </div>
  )
}
