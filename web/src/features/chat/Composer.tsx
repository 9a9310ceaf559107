import { ArrowUpOutlined } from '@ant-design/icons'
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Dropped, fromInput } from '@/ui/dropped'
import { AttachButton } from './attachments/AttachButton'
import type { Files } from './attachments/useFiles'
import { useSending } from './attachments/useSending'
import styles from './Composer.module.css'
import { Slash } from './commands/Slash'
import type { CommandPlace } from './commands/SlashCommands'
import { useMentions } from './mentions/useMentions'
import { FileStrip } from './onDemand'
import { useComposerMenu } from './useComposerMenu'

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
  /** ↑ in an empty box: back to what was said last. */
  onLast?: (() => void) | undefined
  /** Where commands that begin with `/` are given. */
  place: CommandPlace
  /** What the message comes with, where files can be attached. */
  files?: Files
  /** Files that were pasted. */
  onFiles: (dropped: Dropped) => void
  /** Whose files `@` names, and whose skills `/` offers. */
  workspaceId?: string | null
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
  onLast,
  place,
  files,
  onFiles,
  workspaceId = null,
  children,
}: ComposerProps) {
  const { t } = useTranslation('chat')
  const box = useGrowingBox(text)
  const menu = useComposerMenu()
  const mentions = useMentions(box, menu.box, workspaceId, onText)
  const saysSomething = text.trim() !== '' || Boolean(files?.items.length)
  const canSend = saysSomething && !sending && (queues || !running) && !disabled
  const { hindrance, send, cancel } = useSending(text, files, onSend)
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const composing = event.nativeEvent.isComposing || event.keyCode === 229
    if (composing || menu.onKey(event)) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (canSend) send()
    } else if (event.key === 'Escape' && hindrance) cancel()
    else if (event.key === 'Escape' && running) onStop()
    else if (event.key === 'ArrowUp' && text === '' && onLast) {
      event.preventDefault()
      onLast()
    }
  }
  const onPaste = (event: ClipboardEvent) => {
    const { files: pasted, types } = event.clipboardData
    if (pasted.length === 0 || types.includes('text/plain')) return
    event.preventDefault()
    onFiles(fromInput(pasted))
  }
  return (
    // No form: dialogs of the bar are forms, and no browser lets one submit within another.
    <div className={styles.composer}>
      <Slash
        box={menu.box}
        text={text}
        onText={onText}
        place={place}
        workspaceId={workspaceId}
        onSend={() => canSend && send()}
      />
      {mentions.menu}
      {files?.shelf && files.items.length > 0 && (
        <FileStrip items={files.items} shelf={files.shelf} hindrance={hindrance} />
      )}
      <textarea
        {...menu.attributes}
        ref={box}
        className={styles.box}
        rows={1}
        value={text}
        aria-label={t('message')}
        placeholder={t('placeholder')}
        onChange={(event) => {
          onText(event.target.value)
          mentions.look()
        }}
        onSelect={mentions.look}
        onBlur={mentions.close}
        onPaste={onPaste}
        onKeyDown={onKeyDown}
      />
      <div className={styles.bar}>
        {files && <AttachButton onFiles={onFiles} />}
        <div className={styles.pickers}>{children}</div>
        {running && (
          <button
            type="button"
            className={styles.stop}
            aria-label={t('stop')}
            data-tip={t('stopTip')}
            data-tip-side="end"
            onClick={onStop}
          >
            <span className={styles.square} />
          </button>
        )}
        {(!running || (queues && saysSomething)) && (
          <button
            type="button"
            className={styles.send}
            aria-label={t(running ? 'sendLater' : 'send')}
            data-tip={t('hint')}
            data-tip-side="end"
            disabled={!canSend}
            onClick={send}
          >
            <ArrowUpOutlined aria-hidden="true" />
          </button>
        )}
      </div>
    </div>
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
