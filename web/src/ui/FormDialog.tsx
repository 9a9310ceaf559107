import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import { Dialog } from './Dialog'
import styles from './FormDialog.module.css'

interface FormDialogProps {
  title: string
  /** What the button says that sends the form. */
  action: string
  onSubmit: () => void
  onClose: () => void
  busy: boolean
  disabled?: boolean
  /** What is wrong is said in the form, not by the browser. */
  noValidate?: boolean
  /** A button of another kind, apart from the others. */
  aside?: ReactNode
  children: ReactNode
}

/** A dialog that asks for something: fields, Cancel, and the button that sends them, as Enter does; where it breaks a line, Ctrl Enter. */
export function FormDialog(props: FormDialogProps) {
  const { title, action, onSubmit, onClose, busy, disabled, noValidate, aside, children } = props
  const { t } = useTranslation()
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={styles.form}
        noValidate={noValidate}
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
        onKeyDown={(event) => {
          const isSend = event.key === 'Enter' && (event.ctrlKey || event.metaKey)
          if (!isSend) return
          event.preventDefault()
          if (!busy && !disabled) event.currentTarget.requestSubmit()
        }}
      >
        {children}
        <div className={styles.buttons}>
          {aside && <div className={styles.aside}>{aside}</div>}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={busy} disabled={disabled}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
