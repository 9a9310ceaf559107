import { useMutation } from '@tanstack/react-query'
import { Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input, PasswordInput } from '@/ui/Input'
import styles from './AccountFrame.module.css'
import { type Credentials, signIn } from './queries'

/** E-mail and password. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('accounts')
  const enter = useMutation({ mutationFn: signIn, onSuccess: onDone })
  return (
    <Form<Credentials> layout="vertical" requiredMark={false} className={styles.form} onFinish={enter.mutate}>
      {enter.isError && (
        <div className={styles.error}>
          <ErrorNotice error={enter.error} />
        </div>
      )}
      <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('emailMissing') }]}>
        <Input type="email" autoComplete="username" autoFocus />
      </Form.Item>
      <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordMissing') }]}>
        <PasswordInput autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={enter.isPending}>
        {t('signIn')}
      </Button>
    </Form>
  )
}
