/** The banner is fetched when there is something to announce: most days there is not. */
import { lazy } from 'react'

export const AnnouncementBanner = lazy(async () => ({
  default: (await import('./AnnouncementBanner')).AnnouncementBanner,
}))
