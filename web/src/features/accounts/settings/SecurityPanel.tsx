import { useTranslation } from 'react-i18next'
import type { Me } from '@/api/types'
import { Page } from '@/ui/Page'
import { DevicesSection } from './DevicesSection'
import { PasswordSection } from './PasswordSection'

/** What keeps the account one's own. */
export function SecurityPanel({ user }: { user: Me }) {
  const { t } = useTranslation('settings')
  return (
    <Page title={t('security.title')} text={t('security.text')}>
      {user.has_password && <PasswordSection />}
      <DevicesSection />
    </Page>
  )
}
