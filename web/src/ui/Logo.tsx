import styles from './Logo.module.css'

/** The hall: roof, columns, floor. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg className={styles.logo} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0958d9" />
      <path
        d="M7 13.500 16 7l9 6.500M9.500 14v8.500M14 14v8.500M18 14v8.500M22.500 14v8.500M7 25h18"
        fill="none"
        stroke="#fff"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
