import { type ReactNode, useLayoutEffect } from 'react'
import type { Session } from '@/api/types'
import { MenuEntries, type OpenMenu } from '@/ui/MenuButton'
import { useSessionMenu } from './useSessionMenu'

interface SessionMenuProps {
  menu: OpenMenu
  session: Session
  onRename: () => void
  /** Shows a dialog, or null to close it. */
  show: (dialog: ReactNode) => void
}

/** The entries of a session's menu, fetched when one is first opened. */
export function SessionMenu({ menu, session, onRename, show }: SessionMenuProps) {
  const { label, onClose, onDrawn } = menu
  const entries = useSessionMenu(session, onRename, show)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the entries are there
  useLayoutEffect(onDrawn, [])
  return <MenuEntries label={label} entries={entries} onClose={onClose} />
}
