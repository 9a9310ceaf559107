import { ProfileOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/IconButton'
import styles from '../agent/Agent.module.css'
import { MannerDialog, type MannerProps } from './MannerDialog'

/** What holds for the whole session, behind a button that shows whether there is any. */
export function MannerButton({ value, onKeep }: MannerProps) {
  const { t } = useTranslation('manner')
  const [open, setOpen] = useState(false)
  const isSet = value.instructions !== null || value.parameters !== null
  return (
    <span className={isSet ? styles.set : styles.unset}>
      <IconButton
        label={t(isSet ? 'set' : 'title')}
        icon={<ProfileOutlined aria-hidden="true" />}
        onClick={() => setOpen(true)}
      />
      {open && <MannerDialog value={value} onKeep={onKeep} onClose={() => setOpen(false)} />}
    </span>
  )
}
