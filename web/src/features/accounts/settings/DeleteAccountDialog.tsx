import { useMutation } from '@tanstack/react-query'
import { Form } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Me } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { PasswordInput } from '@/ui/Input'
import { Refusal } from '../Refusal'
import { useWait } from '../waiting'
import styles from './ProfilePanel.module.css'
import { deleteAccount, downloadExport } from './queries'

/** The last door: nothing of the account can be brought back, so the password is asked and the export offered. */
export function DeleteAccountDialog({ user, onClose }: { user: Me; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'accounts', 'common'])
  const remove = useMutation({ mutationFn: ({ password }: { password?: string }) => deleteAccount(password ?? '') })
  const take = useMutation({ mutationFn: downloadExport })
  const wait = useWait(remove.error)
  return (
    <Dialog title={t('delete.dialog')} onClose={onClose}>
      <p>{t('delete.what')}</p>
      <p>
        {t('delete.first')}{' '}
        <Button type="link" size="small" loading={take.isPending} onClick={() => take.mutate()}>
          {t('export.action')}
        </Button>
      </p>
      <Form<{ password?: string }> layout="vertical" requiredMark={false} onFinish={remove.mutate}>
        <Refusal error={remove.error ?? take.error} wait={wait} />
        {user.has_password && (
          <Form.Item
            name="password"
            label={t('password.current')}
            rules={[{ required: true, message: t('accounts:passwordMissing') }]}
          >
            <PasswordInput autoComplete="current-password" autoFocus />
          </Form.Item>
        )}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="primary" danger htmlType="submit" loading={remove.isPending} disabled={wait > 0}>
            {t('delete.confirm')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
