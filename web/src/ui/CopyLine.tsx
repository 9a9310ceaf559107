import { CopyButton } from './CopyButton'
import styles from './CopyLine.module.css'

/** A link or a key to be taken along, with the button that copies it. */
export function CopyLine({ text, label, testId }: { text: string; label: string; testId: string }) {
  return (
    <div className={styles.line}>
      <code data-testid={testId}>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  )
}
