import { useQuery } from '@tanstack/react-query'
import { type ReactNode, type RefObject, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { ComposerMenu } from '../ComposerMenu'
import type { Kept } from '../manner/MannerDialog'
import { menuPromptsQuery } from '../prompts/queries'
import { useScene } from '../prompts/useScene'
import type { SessionChange } from '../queries'
import type { BoxMenu } from '../useComposerMenu'
import { useChoices } from './useChoices'
import { useCommands } from './useCommands'
import { useCompacting } from './useCompacting'
import { useSkills } from './useSkills'
import { meant, typedCommand } from './words'

/** Where commands are given. */
export interface CommandPlace {
  /** None while a chat has not begun, or is stored nowhere. */
  session?: Session
  /** What the chat holds to; without it nothing of the chat can be set. */
  kept?: Kept
  onChange?: (wanted: SessionChange) => Promise<void>
}

export interface SlashProps {
  box: BoxMenu
  text: string
  onText: (text: string) => void
  place: CommandPlace
  /** Whose skills are offered. */
  workspaceId: string | null
  /** Sends what turns out to be no command. */
  onSend: () => void
  /** What was sent off before it was known which commands there are. */
  held: RefObject<string | null>
  /** Told once they are known. */
  onReady: (isReady: boolean) => void
}

/** What a `/` at the beginning of a message offers: commands, what some of them choose from, skills of the workspace,
 * and prompts. */
export function SlashCommands({ box, text, onText, place, workspaceId, onSend, held, onReady }: SlashProps) {
  const { t } = useTranslation('prompts')
  const [left, leave] = useState('')
  const [dialog, show] = useState<ReactNode>(null)
  const typed = typedCommand(text)
  const isOpen = typed !== null && left !== text
  const { data: prompts = [], isPending } = useQuery({ ...menuPromptsQuery(''), enabled: isOpen })
  const scene = useScene((chosen) => {
    onText(chosen.text)
    const { instructions, model, mode } = chosen
    if (!place.session && (instructions || model || mode)) {
      void place.onChange?.({ ...(instructions && { instructions }), ...(model && { model }), ...(mode && { mode }) })
    }
  })
  const commands = useCommands({ place, onText, show })
  const choices = useChoices(place)
  const { skills, areKnown } = useSkills(workspaceId, isOpen, onText)
  const compacting = useCompacting(place, typed, () => onText(''))
  const called = prompts.map((prompt) => ({
    key: prompt.id,
    name: prompt.slash ? `/${prompt.slash}` : prompt.title,
    text: prompt.slash ? [prompt.title, prompt.description].filter(Boolean).join(' · ') : prompt.description,
    onPick: () => scene.use(prompt.id),
  }))
  const of = typed?.rest === null ? undefined : typed && choices[typed.name]
  const entries = of
    ? meant(of, (typed?.rest ?? '').trim().toLowerCase()).map((entry) => ({
        ...entry,
        onPick: () => {
          onText('')
          entry.onPick()
        },
      }))
    : typed?.rest === null
      ? meant([...commands, ...skills, ...called], typed.name)
      : compacting
  const isKnown = !isOpen || (!isPending && areKnown)
  useEffect(() => {
    onReady(isKnown)
    if (!isKnown || held.current === null || held.current !== text) return
    held.current = null
    if (entries[0]) entries[0].onPick()
    else onSend()
  })
  return (
    <>
      {isOpen && entries.length > 0 && (
        <ComposerMenu box={box} label={t('commands')} entries={entries} onClose={() => leave(text)} />
      )}
      {scene.dialog}
      {dialog}
    </>
  )
}
