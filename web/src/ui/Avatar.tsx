import { useQuery } from '@tanstack/react-query'
import { authorizedFetch } from '@/api/client'
import { errorFrom } from '@/api/errors'
import styles from './Avatar.module.css'
import { initials } from './initials'

interface AvatarProps {
  name: string
  /** Where the picture is; without one the initials are shown. */
  url: string | null
  size?: number
}

/** A person's picture, or the letters of the name. The name itself stands beside it, so this is drawing only. */
export function Avatar({ name, url, size = 32 }: AvatarProps) {
  const picture = useQuery({
    queryKey: ['picture', url],
    queryFn: () => readPicture(url ?? ''),
    enabled: url !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const measures = { width: size, height: size, fontSize: Math.round(size * 0.37) }
  if (url !== null && picture.data) {
    return <img className={styles.avatar} style={measures} src={picture.data} alt="" />
  }
  return (
    <span className={styles.avatar} style={measures} aria-hidden="true">
      {initials(name)}
    </span>
  )
}

/** Pictures are for people who are signed in, so they are asked for with the access token, not by the browser. */
async function readPicture(url: string): Promise<string> {
  const response = await authorizedFetch(new Request(new URL(url, location.href)))
  if (!response.ok) throw errorFrom(response, null)
  return dataUrl(await response.blob())
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
