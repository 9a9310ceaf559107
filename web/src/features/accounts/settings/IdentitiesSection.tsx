import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Identity } from '@/api/types'
import { Button, ButtonAnchor } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import { setupQuery } from '../entering'
import styles from './ProfilePanel.module.css'
import { disconnectIdentities, identitiesQuery } from './queries'

/** The organisation's own sign-in, connected with this account or not; not there where the hall has none. */
export function IdentitiesSection() {
  const { t } = useTranslation('settings')
  const { data: setup } = useQuery(setupQuery)
  const provider = setup?.oidc[0]
  const identities = useQuery({ ...identitiesQuery, enabled: provider !== undefined })
  const [ending, setEnding] = useState(false)
  if (!provider) return null
  const connected = identities.data ?? []
  const action =
    connected.length > 0 ? (
      <Button danger onClick={() => setEnding(true)}>
        {t('identities.disconnect')}
      </Button>
    ) : (
      <ButtonAnchor href={`/api/v1/auth/oidc/${encodeURIComponent(provider.id)}/start?connect=true`}>
        {t('identities.connect', { name: provider.name })}
      </ButtonAnchor>
    )
  return (
    <Section
      title={t('identities.title', { name: provider.name })}
      text={t(connected.length > 0 ? 'identities.connected' : 'identities.text', { name: provider.name })}
      actions={identities.isSuccess && action}
    >
      {identities.isError && <ErrorNotice error={identities.error} onRetry={() => void identities.refetch()} />}
      {connected.length > 0 && <Connected identities={connected} />}
      {ending && (
        <ConfirmDialog
          danger
          title={t('identities.endTitle', { name: provider.name })}
          action={t('identities.disconnect')}
          onConfirm={disconnectIdentities}
          onDone={() => toast(t('identities.ended'))}
          onClose={() => setEnding(false)}
        >
          <p>{t('identities.endText')}</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

function Connected({ identities }: { identities: Identity[] }) {
  return (
    <ul className={styles.identities}>
      {identities.map(({ issuer, created_at }) => (
        <li key={`${issuer} ${created_at}`}>
          <code>{issuer}</code> · <Time at={created_at} />
        </li>
      ))}
    </ul>
  )
}
