import { useTranslation } from 'react-i18next'
import type { Part } from '@/api/types'
import { Thinking } from '@/ui/Thinking'
import { useSeconds } from './useSeconds'

/** The model's thinking, with how long it took or has been going on. */
export function ThinkingPart({ part, streaming }: { part: Part; streaming: boolean }) {
  const { t } = useTranslation('chat')
  const going = streaming && part.ended_at === null
  const seconds = useSeconds(part.started_at, part.ended_at, going)
  return <Thinking label={t(going ? 'thinking' : 'thought', { count: seconds })} text={part.text} going={going} />
}
