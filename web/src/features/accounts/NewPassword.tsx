import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import { PasswordInput } from '@/ui/Input'

const SHORTEST_PASSWORD = 8

/** The field for a password not used before, inside a form; its value is `password`. */
export function NewPassword({ label, autoFocus = false }: { label: string; autoFocus?: boolean }) {
  const { t } = useTranslation('accounts')
  return (
    <Form.Item
      name="password"
      label={label}
      extra={t('passwordRule', { count: SHORTEST_PASSWORD })}
      rules={[
        { required: true, message: t('passwordMissing') },
        { min: SHORTEST_PASSWORD, message: t('passwordShort', { count: SHORTEST_PASSWORD }) },
      ]}
    >
      <PasswordInput autoComplete="new-password" autoFocus={autoFocus} />
    </Form.Item>
  )
}
