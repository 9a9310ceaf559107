import { ProfileOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/IconButton'
import styles from './Agent.module.css'
import { InstructionsDialog, type InstructionsProps } from './InstructionsDialog'

/** What holds for the whole session, behind a button that shows whether there is any. */
export function Instructions({ value, onKeep }: InstructionsProps) {
  const { t } = useTranslation('agents')
  const [open, setOpen] = useState(false)
  return (
    <span className={value ? styles.set : styles.unset}>
      <IconButton
        label={t(value ? 'instructions.set' : 'instructions.none')}
        icon={<ProfileOutlined aria-hidden="true" />}
        onClick={() => setOpen(true)}
      />
      {open && <InstructionsDialog value={value} onKeep={onKeep} onClose={() => setOpen(false)} />}
    </span>
  )
}
