import { CloseOutlined } from '@ant-design/icons'
import { useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { front } from './front'
import styles from './Toasts.module.css'
import { dismiss, type Toast, toasts } from './toast'

/** Where toasts appear: rendered once, at the root, but within the dialog in front, where they can be reached. */
export function Toasts() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.snapshot)
  const dialog = useSyncExternalStore(front.subscribe, front.snapshot)
  const all = shown.map((toast) => <Shown key={toast.id} {...toast} />)
  return (
    <>
      <div className={styles.area} role="status" aria-live="polite">
        {!dialog && all}
      </div>
      {dialog &&
        all.length > 0 &&
        createPortal(
          <div className={styles.area} role="status" aria-live="polite">
            {all}
          </div>,
          dialog,
        )}
    </>
  )
}

function Shown({ id, text, action }: Toast) {
  const { t } = useTranslation()
  return (
    <div className={styles.toast}>
      <span>{text}</span>
      {action && (
        <button
          type="button"
          className={styles.action}
          onClick={() => {
            dismiss(id)
            action.onPick()
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className={styles.close} aria-label={t('dismiss')} onClick={() => dismiss(id)}>
        <CloseOutlined aria-hidden="true" />
      </button>
    </div>
  )
}
