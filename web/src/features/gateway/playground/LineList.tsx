import { PlusOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { type Line, moved, newLine } from './draft'
import { LineRow } from './LineRow'
import styles from './Request.module.css'

/** The conversation, message by message. */
export function LineList({ lines, onChange }: { lines: Line[]; onChange: (lines: Line[]) => void }) {
  const { t } = useTranslation('playground')
  const last = lines.at(-1)
  const add = () => onChange([...lines, newLine(last?.role === 'user' ? 'assistant' : 'user')])
  /** Results go with the calls they belong to. */
  const remove = (line: Line) => {
    const calls = new Set(line.calls.map(({ id }) => id))
    onChange(lines.filter((one) => one !== line && !(one.role === 'tool' && calls.has(one.callId))))
  }
  return (
    <div className={styles.lines}>
      <h2 className={styles.heading}>{t('messages')}</h2>
      <ol className={styles.list} aria-label={t('messages')}>
        {lines.map((line, place) => (
          <LineRow
            key={line.id}
            line={line}
            lines={lines}
            place={place}
            onChange={(part) => onChange(lines.map((one) => (one === line ? { ...one, ...part } : one)))}
            onMove={(by) => onChange(moved(lines, line.id, by))}
            onRemove={() => remove(line)}
          />
        ))}
      </ol>
      <Button size="small" icon={<PlusOutlined aria-hidden="true" />} className={styles.add} onClick={add}>
        {t('addMessage')}
      </Button>
    </div>
  )
}
