import { useMutation } from '@tanstack/react-query'
import { Button, Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input, PasswordInput } from '@/ui/Input'
import styles from './AccountFrame.module.css'
import { type Credentials, register } from './queries'

const SHORTEST_PASSWORD = 8

/** A new account. */
export function RegisterForm({ action, onDone }: { action: string; onDone: () => void }) {
  const { t } = useTranslation('accounts')
  const create = useMutation({ mutationFn: register, onSuccess: onDone })
  return (
    <Form<Credentials & { name: string }>
      layout="vertical"
      requiredMark={false}
      className={styles.form}
      onFinish={create.mutate}
    >
      {create.isError && (
        <div className={styles.error}>
          <ErrorNotice error={create.error} />
        </div>
      )}
      <Form.Item
        name="name"
        label={t('name')}
        rules={[{ required: true, whitespace: true, message: t('nameMissing') }]}
      >
        <Input autoComplete="name" autoFocus maxLength={100} />
      </Form.Item>
      <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('emailMissing') }]}>
        <Input type="email" autoComplete="username" maxLength={254} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('password')}
        extra={t('passwordRule', { count: SHORTEST_PASSWORD })}
        rules={[
          { required: true, message: t('passwordMissing') },
          { min: SHORTEST_PASSWORD, message: t('passwordShort', { count: SHORTEST_PASSWORD }) },
        ]}
      >
        <PasswordInput autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={create.isPending}>
        {action}
      </Button>
    </Form>
  )
}
