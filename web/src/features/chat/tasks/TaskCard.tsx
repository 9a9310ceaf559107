import { PartitionOutlined, RightOutlined } from '@ant-design/icons'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Part, Permission, ToolCall } from '@/api/types'
import type { Markdown } from '@/ui/markdown/Markdown'
import { PermissionCard } from '../onDemand'
import type { ToolCard, ToolCardProps } from '../tools/ToolCard'
import card from '../tools/ToolCard.module.css'
import type { ToolState } from '../tools/ToolState'
import { tellingArgument, waitingFor } from '../tools/tool'
import { useToolWords } from '../tools/useToolWords'
import { WhyNot } from '../tools/WhyNot'
import styles from './TaskCard.module.css'
import { presentStep, type Step, stepsOf, taskOf, waitingSteps, wordsOf } from './task'

interface TaskCardProps extends ToolCardProps {
  /** All of the message. */
  parts: Part[]
  permissions: Permission[]
  /** Handed over and not imported: icons that many pieces import become part of the first load of every page. */
  pieces: { Markdown: typeof Markdown; ToolCard: typeof ToolCard; ToolState: typeof ToolState }
}

/** A piece of the work that a sub-agent does: folded, what it is at; unfolded, its own steps and its words. */
export function TaskCard(props: TaskCardProps) {
  const { part, call, live, permission, permissions, workspaceId } = props
  const { ToolCard, ToolState, Markdown } = props.pieces
  const { t } = useTranslation('agents')
  const id = useId()
  const [open, setOpen] = useState(false)
  const steps = stepsOf(props.parts, call)
  const shown = open ? steps : waitingSteps(steps, permissions)
  const now = useNow(steps, permissions)
  return (
    <section className={card.card} data-tool="task" data-status={call.status} aria-label={t('tool.task')}>
      <button
        type="button"
        className={card.head}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <PartitionOutlined aria-hidden="true" />
        <span className={card.name}>{t('tool.task')}</span>
        <Line call={call} steps={steps} now={live && call.status === 'running' ? now : null} />
        <ToolState part={part} call={call} asked={permission !== undefined} live={live} />
        <RightOutlined className={card.arrow} aria-hidden="true" />
      </button>
      {!open && <WhyNot call={call} told={part.text} />}
      <div id={id}>
        {open && <Asked call={call} />}
        {shown.length > 0 && (
          <ol className={styles.steps} aria-label={t('task.steps')}>
            {shown.map((step) => (
              <li key={step.part.id}>
                <ToolCard
                  part={step.part}
                  call={step.call}
                  live={live}
                  workspaceId={workspaceId}
                  {...waitingFor(step.call, permissions)}
                />
              </li>
            ))}
          </ol>
        )}
        {open && <Words part={part} Markdown={Markdown} />}
      </div>
      {permission && <PermissionCard permission={permission} workspaceId={workspaceId} hasKeys={props.hasKeys} />}
      {call.status === 'interrupted' && <p className={card.reason}>{t('interruptedText')}</p>}
    </section>
  )
}

/** What it is at, in words. */
function useNow(steps: Step[], permissions: Permission[]): string {
  const { t } = useTranslation('agents')
  const words = useToolWords()
  const present = presentStep(steps)
  if (present) return t('task.now', { tool: words(present.call.name), what: tellingArgument(present.call) })
  return t(waitingSteps(steps, permissions).length > 0 ? 'waits' : 'task.thinks')
}

/** What it is for, what it is at, and how many steps it has taken. */
function Line({ call, steps, now }: { call: ToolCall; steps: Step[]; now: string | null }) {
  const { t } = useTranslation('agents')
  return (
    <span className={styles.line}>
      <span className={styles.about}>{tellingArgument(call)}</span>
      {now !== null && <span className={styles.now}>{now}</span>}
      {steps.length > 0 && <span className={styles.count}>{t('task.stepCount', { count: steps.length })}</span>}
    </span>
  )
}

function Asked({ call }: { call: ToolCall }) {
  const { t } = useTranslation('agents')
  const { prompt, kind } = taskOf(call)
  if (prompt === '') return null
  return (
    <div className={styles.asked}>
      <p className={styles.label}>
        {t('task.asked')} {kind && <>· {t(`task.kind.${kind}`)}</>}
      </p>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, also by keyboard
        tabIndex={0}
        className={styles.prompt}
        aria-label={t('task.asked')}
      >
        {prompt}
      </section>
    </div>
  )
}

function Words({ part, Markdown }: { part: Part; Markdown: TaskCardProps['pieces']['Markdown'] }) {
  const { t } = useTranslation('agents')
  const going = part.ended_at === null
  const text = wordsOf(part.text)
  if (text === '') return null
  const label = t(going ? 'task.says' : 'task.said')
  return (
    <section className={styles.words} aria-label={label}>
      <p className={styles.label}>{label}</p>
      <Markdown text={text} streaming={going} />
    </section>
  )
}
