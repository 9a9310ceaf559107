import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { useDesk } from '../desk/DeskProvider'
import { readBytes } from '../files/queries'
import { nameOf } from '../paths'
import { mediaTypeOf, previewOf } from './kind'
import styles from './Preview.module.css'

/** A picture or a PDF, drawn by the browser. */
export function PicturePreview({ path }: { path: string }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const content = useQuery({
    queryKey: ['workspaces', workspaceId, 'file', path, 'bytes'],
    queryFn: () => readBytes(workspaceId, path),
    refetchOnWindowFocus: false,
  })
  if (content.isError) return <ErrorNotice error={content.error} onRetry={() => void content.refetch()} />
  if (!content.data) return <Skeleton className={styles.wait} />
  if (previewOf(path) === 'pdf') return <Pdf content={content.data} title={t('preview.of', { name: nameOf(path) })} />
  return <Picture content={content.data} path={path} />
}

/** The type is ours, by the name; whatever is inside is taken for a picture or for nothing. */
export function Picture({ content, path }: { content: Blob | string; path: string }) {
  const { t } = useTranslation('workspaces')
  const address = useAddress(content, mediaTypeOf(path))
  const [isBroken, setBroken] = useState(false)
  if (isBroken) return <p className={styles.note}>{t('preview.broken')}</p>
  return (
    <div className={styles.picture}>
      {address && <img src={address} alt={t('preview.of', { name: nameOf(path) })} onError={() => setBroken(true)} />}
    </div>
  )
}

function Pdf({ content, title }: { content: Blob; title: string }) {
  const address = useAddress(content, 'application/pdf')
  return address && <iframe className={styles.frame} src={address} title={title} />
}

/** An address for this content while it is shown. */
function useAddress(content: Blob | string, type: string): string | null {
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([content], { type }))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [content, type])
  return address
}
