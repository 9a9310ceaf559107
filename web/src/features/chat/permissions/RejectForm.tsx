import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Input } from '@/ui/Input'
import styles from './PermissionCard.module.css'

interface RejectFormProps {
  busy: boolean
  onReject: (message: string) => void
  onCancel: () => void
}

/** A no, with words that the agent goes on with; without any, its turn ends there. */
export function RejectForm({ busy, onReject, onCancel }: RejectFormProps) {
  const { t } = useTranslation(['agents', 'common'])
  const [message, setMessage] = useState('')
  const hint = useId()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' }) // nothing is returned: newer browsers give a promise
  }, [])
  return (
    <form
      ref={form}
      className={styles.reject}
      onSubmit={(event) => {
        event.preventDefault()
        onReject(message.trim())
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel()
      }}
    >
      <Input
        autoFocus
        value={message}
        maxLength={4000}
        aria-label={t('rejectMessage')}
        aria-describedby={hint}
        placeholder={t('rejectPlaceholder')}
        onChange={(event) => setMessage(event.target.value)}
      />
      <p id={hint} className={styles.why}>
        {t(message.trim() === '' ? 'rejectEnds' : 'rejectTells')}
      </p>
      <div className={styles.buttons}>
        <Button danger htmlType="submit" loading={busy}>
          {t(message.trim() === '' ? 'rejectStop' : 'rejectTell')}
        </Button>
        <Button disabled={busy} onClick={onCancel}>
          {t('common:cancel')}
        </Button>
      </div>
    </form>
  )
}
