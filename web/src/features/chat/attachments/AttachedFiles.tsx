import { FileOutlined, FileTextOutlined, PictureOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attached } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { useErrorText } from '@/ui/errorText'
import { useFormat } from '@/ui/format'
import { saveFile } from '@/ui/saveFile'
import { toast } from '@/ui/toast'
import { useSight } from '../useSight'
import styles from './AttachedFiles.module.css'
import { readContent, useAddress, useContent } from './useContent'

/** What a message came with: pictures to look at, files to keep. */
export function AttachedFiles({ attachments }: { attachments: Attached[] }) {
  const { t } = useTranslation('attachments')
  return (
    <ul className={styles.files} aria-label={t('files')}>
      {attachments.map((attached) => (
        <li key={attached.id} className={styles.file}>
          {attached.kind === 'image' ? <Picture attached={attached} /> : <File attached={attached} />}
        </li>
      ))}
    </ul>
  )
}

/** Its place is as high as it will be, so that nothing jumps when it comes. */
function Picture({ attached }: { attached: Attached }) {
  const { t } = useTranslation('attachments')
  const [seen, setSeen] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const [isBroken, setBroken] = useState(false)
  const sight = useSight(0, () => setSeen(true))
  const { data, isError } = useContent(attached.id, seen)
  const address = useAddress(data, attached.media_type)
  if (isError || isBroken) return <File attached={attached} note={t('broken')} />
  return (
    <div ref={sight} className={styles.frame}>
      {address ? (
        <button type="button" className={styles.open} onClick={() => setOpen(true)}>
          <img
            className={styles.picture}
            src={address}
            alt={t('open', { name: attached.name })}
            onError={() => setBroken(true)}
          />
        </button>
      ) : (
        <PictureOutlined className={styles.waiting} aria-hidden="true" />
      )}
      {isOpen && address && data && (
        <Dialog title={attached.name} onClose={() => setOpen(false)}>
          <img className={styles.full} src={address} alt={attached.name} />
          <div className={styles.actions}>
            <Button onClick={() => saveFile(nameOf(attached), data)}>{t('save')}</Button>
          </div>
        </Dialog>
      )}
    </div>
  )
}

function File({ attached, note }: { attached: Attached; note?: string }) {
  const { t } = useTranslation('attachments')
  const words = useErrorText()
  const format = useFormat()
  const { id, name, kind, size, path } = attached
  const save = async () => saveFile(nameOf(attached), await readContent(id))
  return (
    <button
      type="button"
      className={styles.chip}
      aria-label={t('saveOne', { name })}
      title={path ? t('inWorkspace', { path }) : name}
      onClick={() => void save().catch((thrown: unknown) => toast(words(thrown)))}
    >
      {kind === 'text' ? <FileTextOutlined aria-hidden="true" /> : <FileOutlined aria-hidden="true" />}
      <span className={styles.name}>{name}</span>
      <span className={styles.size}>{note ?? format.bytes(size)}</span>
    </button>
  )
}

function nameOf({ name }: Attached): string {
  return name.slice(name.lastIndexOf('/') + 1)
}
