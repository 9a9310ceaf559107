import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, EditOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Queued } from '@/api/types'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { useWriteBox } from '../branches/useWriteBox'
import styles from './Queue.module.css'

interface QueuedItemProps {
  queued: Queued
  onUp: (() => void) | undefined
  onDown: (() => void) | undefined
  onKeep: (text: string) => void
  onRemove: () => void
}

/** One message that waits: its beginning, and what can be done with it until it is sent. */
export function QueuedItem({ queued, onUp, onDown, onKeep, onRemove }: QueuedItemProps) {
  const { t } = useTranslation('branches')
  const [editing, setEditing] = useState(false)
  if (editing) {
    return (
      <li className={styles.item}>
        <Edit
          text={queued.text}
          onKeep={(text) => {
            setEditing(false)
            if (text !== queued.text) onKeep(text)
          }}
          onCancel={() => setEditing(false)}
        />
      </li>
    )
  }
  return (
    <li className={styles.item}>
      <span className={styles.text}>{wordsOf(queued)}</span>
      <IconButton
        label={t('queue.up')}
        icon={<ArrowUpOutlined aria-hidden="true" />}
        disabled={!onUp}
        {...(onUp && { onClick: onUp })}
      />
      <IconButton
        label={t('queue.down')}
        icon={<ArrowDownOutlined aria-hidden="true" />}
        disabled={!onDown}
        {...(onDown && { onClick: onDown })}
      />
      <IconButton label={t('queue.edit')} icon={<EditOutlined aria-hidden="true" />} onClick={() => setEditing(true)} />
      <IconButton label={t('queue.remove')} icon={<CloseOutlined aria-hidden="true" />} onClick={onRemove} />
    </li>
  )
}

/** What is said, and what comes with it. */
function wordsOf({ text, attachments }: Queued): string {
  return [text, ...attachments.map(({ name }) => name)].filter(Boolean).join(' · ')
}

function Edit({ text, onKeep, onCancel }: { text: string; onKeep: (text: string) => void; onCancel: () => void }) {
  const { t } = useTranslation('branches')
  const [now, setNow] = useState(text)
  const wanted = now.trim()
  const keep = () => wanted && onKeep(wanted)
  const box = useWriteBox(keep, onCancel)
  return (
    <form
      className={styles.edit}
      onSubmit={(event) => {
        event.preventDefault()
        keep()
      }}
    >
      <textarea
        {...box}
        className={styles.box}
        aria-label={t('queue.editing')}
        rows={2}
        value={now}
        onChange={(event) => setNow(event.target.value)}
      />
      <Button size="small" onClick={onCancel}>
        {t('cancel')}
      </Button>
      <Button size="small" type="primary" htmlType="submit" disabled={!wanted}>
        {t('queue.keep')}
      </Button>
    </form>
  )
}
