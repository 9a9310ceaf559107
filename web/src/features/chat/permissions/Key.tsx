import styles from './PermissionCard.module.css'

/** The key that does the same, for those who see it; it is no part of the button's name. */
export function Key({ name }: { name: string }) {
  return (
    <span className={styles.key} aria-hidden="true">
      {name}
    </span>
  )
}
