import { CloseOutlined } from '@ant-design/icons'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Toasts.module.css'
import { dismiss, toasts } from './toast'

/** Where toasts appear; rendered once, at the root. */
export function Toasts() {
  const { t } = useTranslation()
  const shown = useSyncExternalStore(toasts.subscribe, toasts.snapshot)
  return (
    <div className={styles.area} role="status" aria-live="polite">
      {shown.map(({ id, text, action }) => (
        <div key={id} className={styles.toast}>
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
          <button type="button" className={styles.close} aria-label={t('close')} onClick={() => dismiss(id)}>
            <CloseOutlined aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  )
}
