import { useMutation } from '@tanstack/react-query'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Input } from '@/ui/Input'
import styles from './AccountFrame.module.css'
import { askForReset } from './entering'
import { Refusal } from './Refusal'
import { useWait } from './waiting'

/** Asks for a link to a new password. The answer is the same whether there is such an account or not. */
export function ForgottenForm() {
  const { t } = useTranslation('accounts')
  const ask = useMutation({ mutationFn: ({ email }: { email: string }) => askForReset(email) })
  const wait = useWait(ask.error)
  if (ask.isSuccess) {
    return (
      <p className={styles.sent} role="status">
        {t('forgotten.sent', { email: ask.variables.email })}
      </p>
    )
  }
  return (
    <Form<{ email: string }> layout="vertical" requiredMark={false} className={styles.form} onFinish={ask.mutate}>
      <Refusal error={ask.error} wait={wait} />
      <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('emailMissing') }]}>
        <Input type="email" autoComplete="username" autoFocus maxLength={254} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={ask.isPending} disabled={wait > 0}>
        {t('forgotten.action')}
      </Button>
    </Form>
  )
}
