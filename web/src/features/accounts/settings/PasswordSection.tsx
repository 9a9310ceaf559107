import { useMutation } from '@tanstack/react-query'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { PasswordInput } from '@/ui/Input'
import { Section } from '@/ui/Section'
import { toast } from '@/ui/toast'
import { NewPassword } from '../NewPassword'
import { Refusal } from '../Refusal'
import { useWait } from '../waiting'
import styles from './ProfilePanel.module.css'
import { changePassword } from './queries'

interface Wanted {
  current: string
  password: string
}

/** A new password for an old one. */
export function PasswordSection() {
  const { t } = useTranslation(['settings', 'accounts'])
  const [form] = Form.useForm<Wanted>()
  const change = useMutation({
    mutationFn: ({ current, password }: Wanted) => changePassword({ current, new: password }),
    onSuccess: () => {
      form.resetFields()
      toast(t('password.saved'))
    },
  })
  const wait = useWait(change.error)
  return (
    <Section title={t('password.title')} text={t('password.text')}>
      <Form<Wanted>
        form={form}
        layout="vertical"
        requiredMark={false}
        className={styles.narrow}
        onFinish={change.mutate}
      >
        <Refusal error={change.error} wait={wait} />
        <Form.Item
          name="current"
          label={t('password.current')}
          rules={[{ required: true, message: t('accounts:passwordMissing') }]}
        >
          <PasswordInput autoComplete="current-password" />
        </Form.Item>
        <NewPassword label={t('password.wanted')} />
        <Button htmlType="submit" loading={change.isPending} disabled={wait > 0}>
          {t('password.change')}
        </Button>
      </Form>
    </Section>
  )
}
