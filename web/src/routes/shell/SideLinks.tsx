import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import side from '@/ui/SideLink.module.css'
import styles from './SideLinks.module.css'

interface SideLinksProps {
  title: string
  links: { to: string; label: string; icon: ReactNode }[]
  onLeave?: (() => void) | undefined
}

/** The pages of one wing. */
export function SideLinks({ title, links, onLeave }: SideLinksProps) {
  return (
    <nav className={styles.side} aria-label={title}>
      <h2 className={styles.title}>{title}</h2>
      {links.map((link) => (
        <Link key={link.to} to={link.to} className={side.link} onClick={onLeave}>
          <span aria-hidden="true">{link.icon}</span>
          {link.label}
        </Link>
      ))}
    </nav>
  )
}
