import { useTranslation } from 'react-i18next'

/** A moment in the reader's own time and language. */
export function Time({ at, withClock = false }: { at: string; withClock?: boolean }) {
  const { i18n } = useTranslation()
  const moment = new Date(at)
  const full = moment.toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  const shown = withClock ? full : moment.toLocaleDateString(i18n.language, { dateStyle: 'medium' })
  return (
    <time dateTime={at} title={full}>
      {shown}
    </time>
  )
}
