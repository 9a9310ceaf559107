import { useTranslation } from 'react-i18next'
import type { ApiError } from '@/api/errors'
import type { Me } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { DevicesSection } from './DevicesSection'
import { IdentitiesSection } from './IdentitiesSection'
import { PasswordSection } from './PasswordSection'
import { TabsSection } from './TabsSection'

/** What keeps the account one's own; `refused` is why a provider could not be connected. */
export function SecurityPanel({ user, refused }: { user: Me; refused: ApiError | null }) {
  const { t } = useTranslation('settings')
  return (
    <Page title={t('security.title')} text={t('security.text')}>
      {refused && <ErrorNotice error={refused} />}
      {user.has_password && <PasswordSection />}
      <IdentitiesSection />
      <DevicesSection />
      <TabsSection userId={user.id} />
    </Page>
  )
}
