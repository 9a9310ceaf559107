import type { ReactNode, Ref } from 'react'
import styles from './IconButton.module.css'

interface IconButtonProps {
  label: string
  icon: ReactNode
  onClick?: () => void
  tip?: boolean | 'below' | 'right'
  pressed?: boolean
  disabled?: boolean
  ref?: Ref<HTMLButtonElement>
}

/** A button that is only a picture; its words are for screen readers and the tip. */
export function IconButton({ label, icon, onClick, tip = true, pressed, disabled, ref }: IconButtonProps) {
  return (
    <button
      ref={ref}
      type="button"
      className={styles.button}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      data-tip={tip ? label : undefined}
      data-tip-side={typeof tip === 'string' ? tip : undefined}
      onClick={onClick}
    >
      {icon}
    </button>
  )
}
