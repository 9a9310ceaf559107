import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Input, PasswordInput } from '@/ui/Input'
import styles from './AccountFrame.module.css'
import { type Credentials, signIn } from './entering'
import { Refusal } from './Refusal'
import { useWait } from './waiting'

/** E-mail and password. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('accounts')
  const enter = useMutation({ mutationFn: signIn, onSuccess: onDone })
  const wait = useWait(enter.error)
  return (
    <Form<Credentials> layout="vertical" requiredMark={false} className={styles.form} onFinish={enter.mutate}>
      <Refusal error={enter.error} wait={wait} />
      <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('emailMissing') }]}>
        <Input type="email" autoComplete="username" autoFocus />
      </Form.Item>
      <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordMissing') }]}>
        <PasswordInput autoComplete="current-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={enter.isPending} disabled={wait > 0}>
        {t('signIn')}
      </Button>
      <p className={styles.under}>
        <Link to="/forgotten">{t('forgotten.link')}</Link>
      </p>
    </Form>
  )
}
