import { useMutation } from '@tanstack/react-query'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import styles from './AccountFrame.module.css'
import { resetPassword } from './entering'
import { NewPassword } from './NewPassword'
import { Refusal } from './Refusal'
import { useWait } from './waiting'

/** A new password, by the link that was sent; signs in with it. */
export function ResetForm({ token, onDone }: { token: string; onDone: () => void }) {
  const { t } = useTranslation('accounts')
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) => resetPassword(token, password),
    onSuccess: onDone,
  })
  const wait = useWait(reset.error)
  return (
    <Form<{ password: string }> layout="vertical" requiredMark={false} className={styles.form} onFinish={reset.mutate}>
      <Refusal error={reset.error} wait={wait} />
      <NewPassword label={t('reset.password')} autoFocus />
      <Button type="primary" htmlType="submit" block loading={reset.isPending} disabled={wait > 0}>
        {t('reset.action')}
      </Button>
    </Form>
  )
}
