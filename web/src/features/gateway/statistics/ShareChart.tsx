import { colourOf } from '@/ui/chart/palette'
import { useFormat } from '@/ui/format'
import styles from './Statistics.module.css'
import type { Part } from './shares'

/** One bar, parted as the whole is; the list below says the same in words. */
export function ShareChart({ label, parts }: { label: string; parts: Part[] }) {
  const format = useFormat()
  const colour = (index: number, id: string) => colourOf(index, id === '\n' ? 'quiet' : undefined)
  if (parts.length === 0) return null
  return (
    <figure className={styles.shares} aria-label={label}>
      <div className={styles.whole} aria-hidden="true">
        {parts.map(({ id, label: name, share }, index) => (
          <span
            key={id}
            title={`${name}: ${format.percent(share)}`}
            style={{ flexGrow: share, background: colour(index, id) }}
          />
        ))}
      </div>
      <ul className={styles.parts}>
        {parts.map(({ id, label: name, share }, index) => (
          <li key={id}>
            <span className={styles.swatch} style={{ background: colour(index, id) }} aria-hidden="true" />
            <span translate="no">{name}</span> <strong>{format.percent(share)}</strong>
          </li>
        ))}
      </ul>
    </figure>
  )
}
