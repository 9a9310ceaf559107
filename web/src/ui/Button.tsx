import type { AnchorHTMLAttributes, ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from 'react'
import styles from './Button.module.css'
import { Spinner } from './Spinner'

export interface ButtonLook {
  type?: 'default' | 'primary' | 'text' | 'link'
  size?: 'medium' | 'small' | undefined
  danger?: boolean | undefined
  /** As wide as what it stands in. */
  block?: boolean
  /** Before the words. */
  icon?: ReactNode
}

interface ButtonProps extends ButtonLook, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> {
  htmlType?: 'button' | 'submit' | 'reset'
  /** What it does is under way: it turns, and takes no second press. */
  loading?: boolean
  ref?: Ref<HTMLButtonElement>
}

/** A button with words. */
export function Button({ htmlType = 'button', loading = false, onClick, disabled, ...props }: ButtonProps) {
  const { look, icon, children, rest } = taken(props)
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (loading) event.preventDefault()
    else onClick?.(event)
  }
  return (
    <button
      {...rest}
      type={htmlType}
      className={loading ? `${look} ${styles.busy}` : look}
      disabled={disabled}
      aria-busy={loading || undefined}
      onClick={press}
    >
      {loading ? <Spinner /> : icon}
      {children}
    </button>
  )
}

type ButtonAnchorProps = ButtonLook &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'type'> & { href: string; ref?: Ref<HTMLAnchorElement> }

/** A link to an address outside of the app that looks like a button. */
export function ButtonAnchor(props: ButtonAnchorProps) {
  const { look, icon, children, rest } = taken(props)
  return (
    <a {...rest} className={look}>
      {icon}
      {children}
    </a>
  )
}

type Given = ButtonLook & { className?: string | undefined; children?: ReactNode }

/** How it looks, apart from everything else. */
function taken<Props extends Given>(props: Props) {
  const { type = 'default', size, danger, block, icon, className, children, ...rest } = props
  const is = [styles.button, styles[type], size === 'small' && styles.small, danger && styles.danger]
  const look = [...is, block && styles.block, className].filter(Boolean).join(' ')
  return { look, icon, children, rest }
}
