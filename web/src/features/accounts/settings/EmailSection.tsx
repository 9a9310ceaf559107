import { useMutation } from '@tanstack/react-query'
import { Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '@/api/types'
import { Button } from '@/ui/Button'
import { Input, PasswordInput } from '@/ui/Input'
import { Section } from '@/ui/Section'
import { toast } from '@/ui/toast'
import { Refusal } from '../Refusal'
import { useWait } from '../waiting'
import styles from './ProfilePanel.module.css'
import { changeEmail } from './queries'

/** The name one signs in with; changing it takes the password. */
export function EmailSection({ user }: { user: Me }) {
  const { t } = useTranslation('settings')
  const [changing, setChanging] = useState(false)
  const change = !changing && <Button onClick={() => setChanging(true)}>{t('email.change')}</Button>
  return (
    <Section title={t('email.title')} text={user.email} actions={change}>
      {changing && <EmailForm onDone={() => setChanging(false)} />}
    </Section>
  )
}

function EmailForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation(['settings', 'accounts', 'common'])
  const save = useMutation({
    mutationFn: changeEmail,
    onSuccess: () => {
      toast(t('email.saved'))
      onDone()
    },
  })
  const wait = useWait(save.error)
  return (
    <Form<{ password: string; email: string }>
      layout="vertical"
      requiredMark={false}
      className={styles.narrow}
      onFinish={save.mutate}
    >
      <Refusal error={save.error} wait={wait} />
      <Form.Item
        name="email"
        label={t('email.wanted')}
        rules={[{ required: true, message: t('accounts:emailMissing') }]}
      >
        <Input type="email" autoComplete="email" autoFocus maxLength={254} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('password.current')}
        rules={[{ required: true, message: t('accounts:passwordMissing') }]}
      >
        <PasswordInput autoComplete="current-password" />
      </Form.Item>
      <div className={styles.buttons}>
        <Button onClick={onDone}>{t('common:cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={wait > 0}>
          {t('email.save')}
        </Button>
      </div>
    </Form>
  )
}
