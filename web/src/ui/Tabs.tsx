import { Link } from '@tanstack/react-router'
import styles from './Tabs.module.css'

interface TabsProps {
  label: string
  tabs: { to: string; label: string }[]
}

/** The parts of one subject, each with an address of its own. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} className={styles.tab} activeOptions={{ exact: true, includeSearch: false }}>
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}
