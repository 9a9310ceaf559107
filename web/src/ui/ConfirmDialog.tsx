import { useMutation } from '@tanstack/react-query'
import type { KeyboardEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import styles from './ConfirmDialog.module.css'
import { Dialog } from './Dialog'
import { ErrorNotice } from './ErrorNotice'

interface ConfirmDialogProps {
  title: string
  /** What happens, and whether it can be undone. */
  children: ReactNode
  action: string
  danger?: boolean
  disabled?: boolean
  onConfirm: () => Promise<unknown>
  /** After it has been done; else only `onClose` is called. */
  onDone?: () => void
  onClose: () => void
}

/** Asks before something that cannot be taken back lightly; stays open and says why when it fails. */
export function ConfirmDialog({ title, children, action, danger, disabled, ...does }: ConfirmDialogProps) {
  const { t } = useTranslation()
  const confirm = useMutation({
    mutationFn: does.onConfirm,
    onSuccess: () => {
      does.onClose()
      does.onDone?.()
    },
  })
  return (
    <Dialog title={title} onClose={does.onClose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears what is typed in the fields inside */}
      <div
        className={styles.content}
        onKeyDown={(event) => {
          if (isEnterInField(event) && !disabled && !confirm.isPending) confirm.mutate()
        }}
      >
        {children}
      </div>
      {confirm.isError && <ErrorNotice error={confirm.error} />}
      <div className={styles.buttons}>
        <Button onClick={does.onClose}>{t('cancel')}</Button>
        <Button
          type="primary"
          danger={danger}
          disabled={disabled}
          loading={confirm.isPending}
          onClick={() => confirm.mutate()}
        >
          {action}
        </Button>
      </div>
    </Dialog>
  )
}

/** Enter in a field of one line says yes; a word that is still being composed is not meant. */
function isEnterInField(event: KeyboardEvent<HTMLElement>): boolean {
  const isField = event.target instanceof HTMLInputElement && event.target.type !== 'checkbox'
  return event.key === 'Enter' && isField && !event.nativeEvent.isComposing
}
