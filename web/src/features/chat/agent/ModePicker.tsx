import {
  CompassOutlined,
  DownOutlined,
  EditOutlined,
  QuestionCircleOutlined,
  ThunderboltOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mode } from '@/api/types'
import { MenuButton } from '@/ui/MenuButton'
import styles from './Agent.module.css'

const ICONS: Record<Mode, ReactNode> = {
  plan: <CompassOutlined />,
  ask: <QuestionCircleOutlined />,
  edit: <EditOutlined />,
  full: <ThunderboltOutlined />,
}
const MODES: Mode[] = ['plan', 'ask', 'edit', 'full']

/** What the agent may do without asking. */
export function ModePicker({ value, onPick }: { value: Mode; onPick: (mode: Mode) => void }) {
  const { t } = useTranslation('agents')
  const entries = MODES.map((mode) => ({
    key: mode,
    icon: ICONS[mode],
    label: (
      <span className={styles.mode}>
        <span>{t(`mode.${mode}.name`)}</span>
        <span className={styles.explained}>{t(`mode.${mode}.text`)}</span>
      </span>
    ),
    chosen: mode === value,
    onPick: () => onPick(mode),
  }))
  const name = t(`mode.${value}.name`)
  return (
    <MenuButton label={t('pickMode', { mode: name })} entries={entries} className={styles.picker}>
      <span className={value === 'full' ? styles.free : undefined} aria-hidden="true">
        {ICONS[value]}
      </span>
      <span className={styles.chosen}>{name}</span>
      <DownOutlined className={styles.arrow} aria-hidden="true" />
    </MenuButton>
  )
}
