import { useMutation } from '@tanstack/react-query'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input } from '@/ui/Input'
import { Section } from '@/ui/Section'
import { toast } from '@/ui/toast'
import styles from './ProfilePanel.module.css'
import { rename } from './queries'

/** What others call one. */
export function NameSection({ user }: { user: User }) {
  const { t } = useTranslation(['settings', 'accounts'])
  const save = useMutation({ mutationFn: rename, onSuccess: () => toast(t('profile.nameSaved')) })
  return (
    <Section title={t('name')} text={t('profile.nameText')}>
      <Form<{ name: string }>
        key={user.name}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: user.name }}
        className={styles.line}
        onFinish={({ name }) => save.mutate(name.trim())}
      >
        <Form.Item name="name" rules={[{ required: true, whitespace: true, message: t('accounts:nameMissing') }]}>
          <Input aria-label={t('name')} autoComplete="name" maxLength={100} />
        </Form.Item>
        <Button htmlType="submit" loading={save.isPending}>
          {t('save')}
        </Button>
      </Form>
      {save.isError && <ErrorNotice error={save.error} />}
    </Section>
  )
}
