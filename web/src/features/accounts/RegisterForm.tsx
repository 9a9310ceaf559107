import { useMutation } from '@tanstack/react-query'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Input } from '@/ui/Input'
import styles from './AccountFrame.module.css'
import { type Credentials, register } from './entering'
import { NewPassword } from './NewPassword'
import { Refusal } from './Refusal'
import { useWait } from './waiting'

interface RegisterFormProps {
  action: string
  onDone: () => void
  /** The token of an invitation, and the address it was made for, if for one. */
  invitation?: { token: string; email: string | null }
}

/** A new account. */
export function RegisterForm({ action, onDone, invitation }: RegisterFormProps) {
  const { t } = useTranslation('accounts')
  const create = useMutation({
    mutationFn: (wanted: Credentials & { name: string }) =>
      register({ ...wanted, ...(invitation && { invitation: invitation.token }) }),
    onSuccess: onDone,
  })
  const wait = useWait(create.error)
  const fixed = invitation?.email ?? undefined
  return (
    <Form<Credentials & { name: string }>
      layout="vertical"
      requiredMark={false}
      className={styles.form}
      initialValues={{ email: fixed }}
      onFinish={create.mutate}
    >
      <Refusal error={create.error} wait={wait} />
      <Form.Item
        name="name"
        label={t('name')}
        rules={[{ required: true, whitespace: true, message: t('nameMissing') }]}
      >
        <Input autoComplete="name" autoFocus maxLength={100} />
      </Form.Item>
      <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('emailMissing') }]}>
        <Input type="email" autoComplete="username" maxLength={254} readOnly={fixed !== undefined} />
      </Form.Item>
      <NewPassword label={t('password')} />
      <Button type="primary" htmlType="submit" block loading={create.isPending} disabled={wait > 0}>
        {action}
      </Button>
    </Form>
  )
}
