import { type ReactNode, useState } from 'react'
import type { Session } from '@/api/types'
import { MenuButton, type OpenMenu } from '@/ui/MenuButton'
import { SessionMenu } from './onDemand'

interface SessionMenuButtonProps {
  session: Session
  label: string
  onRename: () => void
  children: ReactNode
}

/** The button that opens what can be done to a session. */
export function SessionMenuButton({ session, label, onRename, children }: SessionMenuButtonProps) {
  const [shown, show] = useState<ReactNode>(null)
  const content = (menu: OpenMenu) => <SessionMenu menu={menu} session={session} onRename={onRename} show={show} />
  return (
    <>
      <MenuButton label={label} content={content}>
        {children}
      </MenuButton>
      {shown}
    </>
  )
}
