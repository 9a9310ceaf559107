import { useState } from 'react'
import { SlashCommands } from '../onDemand'
import type { SlashProps } from './SlashCommands'

/** What a `/` at the beginning brings up; fetched with the first one. */
export function Slash(props: SlashProps) {
  const [met, meet] = useState(false)
  if (!met && props.text.startsWith('/')) meet(true)
  return met && <SlashCommands {...props} />
}
