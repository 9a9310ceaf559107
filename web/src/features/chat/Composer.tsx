import { ArrowUpOutlined } from '@ant-design/icons'
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Composer.module.css'

interface ComposerProps {
  text: string
  onText: (text: string) => void
  onSend: () => void
  onStop: () => void
  running: boolean
  sending: boolean
  /** Whether what is sent while an answer runs waits for its end. */
  queues?: boolean
  disabled?: boolean
  /** What ↑ brings back into an empty box. */
  lastText?: string | undefined
  /** Left of the send button: the model picker. */
  children: ReactNode
}

/** Where a message is written. Enter sends (not while an input method composes), Escape stops an answer. */
export function Composer({
  text,
  onText,
  onSend,
  onStop,
  running,
  sending,
  queues,
  disabled,
  lastText,
  children,
}: ComposerProps) {
  const { t } = useTranslation('chat')
  const box = useGrowingBox(text)
  const canSend = text.trim() !== '' && !sending && (queues || !running) && !disabled
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const composing = event.nativeEvent.isComposing || event.keyCode === 229
    if (composing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (canSend) onSend()
    } else if (event.key === 'Escape' && running) onStop()
    else if (event.key === 'ArrowUp' && text === '' && lastText) {
      event.preventDefault()
      onText(lastText)
    }
  }
  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault()
        if (canSend) onSend()
      }}
    >
      <textarea
        ref={box}
        className={styles.box}
        rows={1}
        value={text}
        aria-label={t('message')}
        placeholder={t('placeholder')}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.bar}>
        {children}
        <span className={styles.hint}>{t('hint')}</span>
        {running && (
          <button type="button" className={styles.stop} aria-label={t('stop')} data-tip={t('stopTip')} onClick={onStop}>
            <span className={styles.square} />
          </button>
        )}
        {(!running || (queues && text.trim() !== '')) && (
          <button
            type="submit"
            className={styles.send}
            aria-label={t(running ? 'sendLater' : 'send')}
            disabled={!canSend}
          >
            <ArrowUpOutlined aria-hidden="true" />
          </button>
        )}
      </div>
    </form>
  )
}

/** A text box as high as its text, up to a third of the window (the style sheet says where it stops). */
function useGrowingBox(text: string) {
  const box = useRef<HTMLTextAreaElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [text])
  useLayoutEffect(() => {
    if (matchMedia('(pointer: fine)').matches) box.current?.focus()
  }, [])
  return box
}
