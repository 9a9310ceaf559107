import { CloseOutlined, RollbackOutlined } from '@ant-design/icons'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { IconButton } from '@/ui/IconButton'
import { textOf } from '../temporary'
import styles from './Branches.module.css'
import { continueFrom } from './continuing'

/** Says above the message box that the next message goes on from an earlier answer, and lets one go back. */
export function ContinueBar({ message }: { message: Message }) {
  const { t } = useTranslation('branches')
  const bar = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another answer is chosen
  useEffect(() => {
    const boxes = bar.current?.parentElement?.querySelectorAll('textarea')
    boxes?.[boxes.length - 1]?.focus()
  }, [message.id])
  return (
    <div ref={bar} className={styles.continue} role="status">
      <RollbackOutlined aria-hidden="true" />
      <span className={styles.from}>
        {t('continue.from')} <q>{textOf(message).trim().slice(0, 200)}</q>
      </span>
      <IconButton
        label={t('continue.back')}
        icon={<CloseOutlined aria-hidden="true" />}
        onClick={() => continueFrom(null)}
      />
    </div>
  )
}
