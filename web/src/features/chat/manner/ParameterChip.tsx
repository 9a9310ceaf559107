import { SlidersOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { useFormat } from '@/ui/format'
import { changeSession } from '../queries'
import styles from './Manner.module.css'
import { MannerDialog } from './MannerDialog'

/** Says in the header which parameters a session has, and opens them. */
export function ParameterChip({ session }: { session: Session }) {
  const { t } = useTranslation('manner')
  const format = useFormat()
  const [open, setOpen] = useState(false)
  const { temperature, top_p, max_output_tokens, reasoning_effort, stop } = session.parameters ?? {}
  const set = [
    temperature != null && t('short.temperature', { value: temperature }),
    top_p != null && t('short.topP', { value: top_p }),
    max_output_tokens != null && t('short.tokens', { value: format.count(max_output_tokens) }),
    reasoning_effort != null && t('short.effort', { value: t(`effort.${reasoning_effort}`) }),
    stop != null && stop.length > 0 && t('short.stop'),
  ].filter((each) => each !== false)
  return (
    <>
      <button
        type="button"
        className={styles.chip}
        aria-label={t('chip', { parameters: set.join(', ') })}
        onClick={() => setOpen(true)}
      >
        <SlidersOutlined aria-hidden="true" />
        <span className={styles.digest}>{set.join(' · ')}</span>
      </button>
      {open && (
        <MannerDialog
          value={session}
          onKeep={(kept) => changeSession(session.id, kept)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}
