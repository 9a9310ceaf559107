import { BulbOutlined, RightOutlined } from '@ant-design/icons'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Part } from '@/api/types'
import { Markdown } from '@/ui/markdown/Markdown'
import styles from './Thinking.module.css'

/** The model's thinking: folded, with how long it took; it can be opened while it is still going on. */
export function Thinking({ part, streaming }: { part: Part; streaming: boolean }) {
  const { t } = useTranslation('chat')
  const going = streaming && part.ended_at === null
  const seconds = useSeconds(part, going)
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.thinking} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <BulbOutlined aria-hidden="true" />
        <span className={going ? styles.going : undefined}>
          {t(going ? 'thinking' : 'thought', { count: seconds })}
        </span>
        <RightOutlined className={styles.arrow} aria-hidden="true" />
      </summary>
      {open && (
        <div className={styles.text}>
          <Markdown text={part.text} streaming={going} />
        </div>
      )}
    </details>
  )
}

/** Whole seconds of thinking; counts while it goes on. */
function useSeconds(part: Part, going: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!going) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [going])
  const end = part.ended_at ? Date.parse(part.ended_at) : now
  return Math.max(1, Math.round((end - Date.parse(part.started_at)) / 1000))
}
