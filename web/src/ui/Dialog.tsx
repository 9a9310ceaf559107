import { CloseOutlined } from '@ant-design/icons'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Dialog.module.css'
import { toFront } from './front'
import { IconButton } from './IconButton'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** A drawer at the side where lines begin or end, instead of a window in the middle. */
  side?: 'start' | 'end'
}

/** A modal window on the browser's own <dialog>: it traps the focus and closes on Escape. */
export function Dialog({ title, onClose, children, side }: DialogProps) {
  const { t } = useTranslation()
  const titleId = useId()
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = element.current
    if (!dialog) return
    dialog.showModal()
    // The browser takes the first button; a dialog that asks for one thing wants it typed at once.
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return toFront(dialog)
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog closes on Escape by itself
    <dialog
      ref={element}
      className={side ? `${styles.side} ${styles[side]}` : styles.window}
      aria-labelledby={titleId}
      // React tells of a dialog in this one too.
      onClose={(event) => {
        if (event.target === element.current) onClose()
      }}
      onClick={(event) => {
        if (event.target === element.current) element.current.close()
      }}
    >
      <div className={styles.content}>
        <header className={styles.header}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          <IconButton
            label={t('close')}
            icon={<CloseOutlined aria-hidden="true" />}
            onClick={() => element.current?.close()}
            tip={false}
          />
        </header>
        {children}
      </div>
    </dialog>
  )
}
