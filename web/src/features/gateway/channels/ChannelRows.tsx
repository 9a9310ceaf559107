import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import styles from './ChannelList.module.css'
import { ChannelRow } from './ChannelRow'
import { DeleteChannelDialog } from './DeleteChannelDialog'
import { useDrag } from './useDrag'
import { useOrder } from './useOrder'

/** The channels in their order, which can be changed by dragging a row or from its menu. */
export function ChannelRows({ channels }: { channels: Channel[] }) {
  const { t } = useTranslation('gateway')
  const list = useRef<HTMLUListElement>(null)
  const [deleting, setDeleting] = useState<Channel | null>(null)
  const [said, setSaid] = useState('')
  const { ordered, move, error } = useOrder(channels)
  const tell = (from: number, to: number) =>
    setSaid(t('channels.moved', { name: ordered[from]?.name ?? '', place: to + 1, count: ordered.length }))
  const moveByMenu = (from: number, to: number) => {
    flushSync(() => {
      move(from, to)
      tell(from, to)
    })
    // The browser takes the focus from a row that is put elsewhere in the document.
    list.current?.children[to]?.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.focus()
  }
  const startDrag = useDrag(list, (from, to) => {
    move(from, to)
    tell(from, to)
  })
  return (
    <>
      <ul ref={list} className={styles.list}>
        {ordered.map((channel, place) => (
          <ChannelRow
            key={channel.id}
            channel={channel}
            place={place}
            count={ordered.length}
            onMove={(to) => moveByMenu(place, to)}
            onGrip={(event) => startDrag(event, place)}
            onDelete={() => setDeleting(channel)}
          />
        ))}
      </ul>
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
      {error && <ErrorNotice error={error} />}
      {deleting && <DeleteChannelDialog channel={deleting} onClose={() => setDeleting(null)} />}
    </>
  )
}
