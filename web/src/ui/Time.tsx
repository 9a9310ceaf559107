import { useTranslation } from 'react-i18next'
import { useFormat } from './format'

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

/** How long ago, or how soon; the moment itself is in the tip. */
export function Ago({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const format = useFormat()
  const full = new Date(at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' })
  return (
    <time dateTime={at} title={full}>
      {format.ago(at)}
    </time>
  )
}
