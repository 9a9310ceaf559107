import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/IconButton'
import { CodeBlock } from '@/ui/markdown/CodeBlock'
import { Select } from '@/ui/Select'
import { TextArea } from '@/ui/TextArea'
import { type Line, type Role, toolOf } from './draft'
import { PicturesField } from './PicturesField'
import styles from './Request.module.css'
import { pretty } from './raw'

interface LineRowProps {
  line: Line
  lines: Line[]
  /** From 0. */
  place: number
  onChange: (part: Partial<Line>) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}

/** One message: who says it, what, and with which pictures or calls. */
export function LineRow({ line, lines, place, onChange, onMove, onRemove }: LineRowProps) {
  const { t } = useTranslation('playground')
  const number = place + 1
  const setRole = (role: Role) => onChange({ role, calls: [], pictures: role === 'user' ? line.pictures : [] })
  return (
    <li className={styles.line} data-role={line.role}>
      <div className={styles.lineHead}>
        {line.role === 'tool' ? (
          <span className={styles.result}>{t('resultOf', { tool: toolOf(lines, line.callId) ?? line.callId })}</span>
        ) : (
          <Select
            label={t('roleOf', { number })}
            value={line.role}
            options={(['user', 'assistant'] as const).map((value) => ({ value, label: t(`roles.${value}`) }))}
            onChange={setRole}
          />
        )}
        <span className={styles.gap} />
        <IconButton
          label={t('moveUp', { number })}
          icon={<ArrowUpOutlined aria-hidden="true" />}
          tip={false}
          disabled={place === 0}
          onClick={() => onMove(-1)}
        />
        <IconButton
          label={t('moveDown', { number })}
          icon={<ArrowDownOutlined aria-hidden="true" />}
          tip={false}
          disabled={number === lines.length}
          onClick={() => onMove(1)}
        />
        <IconButton
          label={t('remove', { number })}
          icon={<DeleteOutlined aria-hidden="true" />}
          tip={false}
          onClick={onRemove}
        />
      </div>
      <TextArea
        aria-label={t('textOf', { number })}
        rows={2}
        value={line.text}
        placeholder={t(`hints.${line.role}`)}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      {line.calls.map((call) => (
        <CodeBlock key={call.id} language="javascript" code={`${call.name}(${pretty(call.arguments)})`} />
      ))}
      {line.role === 'user' && (
        <PicturesField number={number} pictures={line.pictures} onChange={(pictures) => onChange({ pictures })} />
      )}
    </li>
  )
}
