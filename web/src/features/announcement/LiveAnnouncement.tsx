import { Suspense, useEffect, useState } from 'react'
import { realtime } from '@/api/realtime/line'
import { type Announcement, announcementFrom } from './announcement'
import { AnnouncementBanner } from './lazy'

/** The announcement of the moment, for people who are signed in: it comes and goes while the page is open. */
export function LiveAnnouncement() {
  const [announcement, setAnnouncement] = useState<Announcement | null>(null)
  useEffect(
    () =>
      realtime.follow('announcement', {
        onSnapshot: (body) => setAnnouncement(announcementFrom(body)),
        onEvent: ({ type, body }) => {
          if (type === 'announcement.changed') setAnnouncement(announcementFrom(body))
        },
      }),
    [],
  )
  return (
    announcement && (
      <Suspense>
        <AnnouncementBanner key={announcement.revision} announcement={announcement} />
      </Suspense>
    )
  )
}
