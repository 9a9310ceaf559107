import { CloseCircleFilled, EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons'
import { type InputHTMLAttributes, type KeyboardEvent, type ReactNode, type Ref, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Input.module.css'

interface InputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'prefix' | 'size'> {
  size?: 'large' | 'medium' | 'small'
  status?: 'error' | '' | undefined
  /** Before and behind what is typed. */
  prefix?: ReactNode
  suffix?: ReactNode
  /** A way to empty it by the mouse; the keyboard has its own. */
  allowClear?: boolean
  onPressEnter?: (event: KeyboardEvent<HTMLInputElement>) => void
  ref?: Ref<HTMLInputElement>
}

/** One line of text. */
export function Input({ size, status, prefix, suffix, allowClear, className, ...rest }: InputProps) {
  const box = useRef<HTMLInputElement>(null)
  const { onPressEnter, onKeyDown, ...attributes } = rest
  const look = [size && styles[size], className].filter(Boolean).join(' ')
  const given = {
    ...attributes,
    ...(status === 'error' && { 'aria-invalid': true }),
    onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.key === 'Enter' && !event.nativeEvent.isComposing) onPressEnter?.(event)
      onKeyDown?.(event)
    },
  }
  if (!prefix && !suffix && !allowClear) return <input {...given} className={`${styles.input} ${look}`} />
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the text box itself takes the keys
    // biome-ignore lint/a11y/noStaticElementInteractions: what is around the text box belongs to it
    <span className={`${styles.frame} ${look}`} onClick={() => box.current?.focus()}>
      {prefix}
      <input {...given} ref={box} className={styles.inner} />
      {allowClear && rest.value !== '' && (
        <button
          type="button"
          className={styles.clear}
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => empty(box.current)}
        >
          <CloseCircleFilled />
        </button>
      )}
      {suffix}
    </span>
  )
}

/** A password, which can be looked at. */
export function PasswordInput(props: InputProps) {
  const { t } = useTranslation()
  const [isShown, setShown] = useState(false)
  const eye = (
    <button
      type="button"
      className={styles.eye}
      aria-label={t('showWritten')}
      aria-pressed={isShown}
      disabled={props.disabled}
      onClick={() => setShown(!isShown)}
    >
      {isShown ? <EyeOutlined aria-hidden="true" /> : <EyeInvisibleOutlined aria-hidden="true" />}
    </button>
  )
  return <Input {...props} type={isShown ? 'text' : 'password'} suffix={eye} />
}

/** As if it had been done by hand, so that whoever listens hears of it. */
function empty(box: HTMLInputElement | null): void {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(box, '')
  box?.dispatchEvent(new Event('input', { bubbles: true }))
}
