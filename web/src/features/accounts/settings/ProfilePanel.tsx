import { LogoutOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Me } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Section } from '@/ui/Section'
import { Time } from '@/ui/Time'
import { signOut } from '../entering'
import { QuotaSection } from '../limits/QuotaSection'
import { EmailSection } from './EmailSection'
import { LeavingSection } from './LeavingSection'
import { NameSection } from './NameSection'
import { PictureSection } from './PictureSection'
import styles from './ProfilePanel.module.css'

/** Who is signed in, as others see them. */
export function ProfilePanel({ user }: { user: Me }) {
  const { t } = useTranslation('settings')
  const leave = useMutation({ mutationFn: signOut })
  const isGuest = user.role === 'guest'
  return (
    <Page
      title={t('profile.title')}
      text={t('profile.text')}
      actions={
        <Button icon={<LogoutOutlined aria-hidden="true" />} loading={leave.isPending} onClick={() => leave.mutate()}>
          {t('signOut')}
        </Button>
      }
    >
      {leave.isError && <ErrorNotice error={leave.error} />}
      {isGuest && <p className={styles.guest}>{t('profile.guest')}</p>}
      <PictureSection user={user} />
      <NameSection user={user} />
      {user.has_password && <EmailSection user={user} />}
      <Section bare title={t('profile.facts')}>
        <dl className={styles.facts}>
          <div className={styles.fact}>
            <dt>{t('role')}</dt>
            <dd>{t(`roles.${user.role}`)}</dd>
          </div>
          <div className={styles.fact}>
            <dt>{t('since')}</dt>
            <dd>
              <Time at={user.created_at} />
            </dd>
          </div>
        </dl>
      </Section>
      <QuotaSection />
      <LeavingSection user={user} />
    </Page>
  )
}
