import { RightOutlined } from '@ant-design/icons'
import { memo, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Part, Permission, ToolCall } from '@/api/types'
import { PermissionCard, ToolContent } from '../onDemand'
import styles from './ToolCard.module.css'
import { ToolIcon } from './ToolIcon'
import { ToolState } from './ToolState'
import { tellingArgument } from './tool'
import { useToolWords } from './useToolWords'
import { WhyNot } from './WhyNot'

export interface ToolCardProps {
  part: Part
  call: ToolCall
  /** The answer is still being made. */
  live: boolean
  permission: Permission | undefined
  /** Where rules for one workspace would hold. */
  workspaceId: string | null
  /** Keys decide this one: it is the first that waits. */
  hasKeys: boolean
}

/** One tool call: what it is, how far it has come, and, unfolded, all of it; drawn again only when it has changed. */
export const ToolCard = memo(function ToolCard(props: ToolCardProps) {
  const { part, call, live, permission } = props
  const { t } = useTranslation('agents')
  const words = useToolWords()
  const id = useId()
  const [open, setOpen] = useOpen(part, call)
  return (
    <section className={styles.card} data-tool={call.name} data-status={call.status} aria-label={words(call.name)}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <ToolIcon name={call.name} />
        <span className={styles.name}>{words(call.name)}</span>
        <code className={styles.telling} translate="no">
          {tellingArgument(call)}
        </code>
        <ToolState part={part} call={call} asked={permission !== undefined} live={live} />
        <RightOutlined className={styles.arrow} aria-hidden="true" />
      </button>
      {!open && <WhyNot call={call} told={part.text} />}
      <div id={id} className={styles.content} hidden={!open}>
        {open && <ToolContent part={part} call={call} />}
      </div>
      {permission && <PermissionCard permission={permission} workspaceId={props.workspaceId} hasKeys={props.hasKeys} />}
      {call.status === 'interrupted' && <p className={styles.reason}>{t('interruptedText')}</p>}
    </section>
  )
})

/** Folded, until somebody opens it or it begins to print; what was opened stays open. */
function useOpen(part: Part, call: ToolCall): [boolean, (open: boolean) => void] {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const [hasPrinted, setHasPrinted] = useState(false)
  if (!hasPrinted && call.status === 'running' && part.text !== '') setHasPrinted(true)
  return [chosen ?? hasPrinted, setChosen]
}
