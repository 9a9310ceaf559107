import { BuildOutlined, DownOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Engine } from '@/api/types'
import { MenuButton } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import styles from './Agent.module.css'
import { enginesQuery } from './engines'

interface EnginePickerProps {
  value: string
  workspaceId: string | null
  onPick: (engine: string) => void
}

/** Where the server does not tell: it refuses in words what can't be had. */
const UNKNOWN: Engine[] = ['builtin', 'opencode'].map((name) => ({
  name,
  is_ready: true,
  hindrance: '',
  words: '',
  needs_workspace: false,
}))

/** What does the agent's work. The one that is built in goes unnamed; one that can't be had says what to do. */
export function EnginePicker({ value, workspaceId, onPick }: EnginePickerProps) {
  const { t } = useTranslation('agents')
  const { data: engines = UNKNOWN, isPending } = useQuery(enginesQuery)
  if (isPending) return null
  const name = nameOf(t, value)
  const entries = engines.map((engine) => {
    const obstacle = engine.name === value ? '' : obstacleOf(t, engine, workspaceId)
    return {
      key: engine.name,
      label: (
        <span className={styles.mode}>
          <span>{nameOf(t, engine.name)}</span>
          <span className={styles.explained}>{textOf(t, engine.name)}</span>
          {obstacle && <span className={styles.obstacle}>{obstacle}</span>}
        </span>
      ),
      chosen: engine.name === value,
      onPick: () => (obstacle ? toast(obstacle) : onPick(engine.name)),
    }
  })
  return (
    <MenuButton label={t('engine.pick', { name })} entries={entries} className={styles.picker}>
      <BuildOutlined aria-hidden="true" />
      {value !== 'builtin' && <span className={styles.chosen}>{name}</span>}
      <DownOutlined className={styles.arrow} aria-hidden="true" />
    </MenuButton>
  )
}

type Words = TFunction<'agents'>

function nameOf(t: Words, engine: string): string {
  return engine === 'builtin' ? t('engine.builtin.name') : engine
}

function textOf(t: Words, engine: string): string {
  if (engine === 'builtin') return t('engine.builtin.text')
  return engine === 'opencode' ? t('engine.opencode.text') : ''
}

/** Why an engine can't be had now, with what to do; empty when it can. */
function obstacleOf(t: Words, engine: Engine, workspaceId: string | null): string {
  switch (engine.hindrance) {
    case '':
      return engine.needs_workspace && workspaceId === null ? t('engine.needsWorkspace') : ''
    case 'not_installed':
    case 'wrong_version':
    case 'not_usable':
    case 'no_sandbox':
      return t(`engine.${engine.hindrance}`)
    default:
      return engine.words
  }
}
