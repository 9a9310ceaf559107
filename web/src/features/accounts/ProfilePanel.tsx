import { LogoutOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Time } from '@/ui/Time'
import styles from './ProfilePanel.module.css'
import { signOut } from './queries'

/** Who is signed in. */
export function ProfilePanel({ user }: { user: User }) {
  const { t } = useTranslation('settings')
  const leave = useMutation({ mutationFn: signOut })
  const rows = [
    { name: t('name'), value: user.name },
    { name: t('email'), value: user.email },
    { name: t('role'), value: t(`roles.${user.role}`) },
    { name: t('since'), value: <Time at={user.created_at} /> },
  ]
  return (
    <Page title={t('profile.title')} text={t('profile.text')}>
      <dl className={styles.facts}>
        {rows.map((row) => (
          <div key={row.name} className={styles.fact}>
            <dt>{row.name}</dt>
            <dd>{row.value}</dd>
          </div>
        ))}
      </dl>
      {leave.isError && <ErrorNotice error={leave.error} />}
      <div>
        <Button icon={<LogoutOutlined aria-hidden="true" />} loading={leave.isPending} onClick={() => leave.mutate()}>
          {t('signOut')}
        </Button>
      </div>
    </Page>
  )
}
