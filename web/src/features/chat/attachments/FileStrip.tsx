import { CloseOutlined, FileOutlined, FileTextOutlined, PictureOutlined, ReloadOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import type { Attached } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { useFormat } from '@/ui/format'
import { IconButton } from '@/ui/IconButton'
import { Progress } from '@/ui/Progress'
import styles from './FileStrip.module.css'
import type { FileItem, Shelf } from './shelf'
import { useAddress, useContent } from './useContent'
import type { Hindrance } from './useSending'

interface FileStripProps {
  items: readonly FileItem[]
  shelf: Shelf
  /** Why what was to be sent has not been. */
  hindrance: Hindrance | null
}

/** What the message that is being written comes with: how far each file is, and a way to take it back. */
export function FileStrip({ items, shelf, hindrance }: FileStripProps) {
  const { t } = useTranslation('attachments')
  const { leftOut } = shelf
  return (
    <section className={styles.strip} aria-label={t('files')}>
      <ul className={styles.items}>
        {items.map((item) => (
          <Item key={item.key} item={item} shelf={shelf} />
        ))}
      </ul>
      {leftOut && (
        <p className={styles.note} role="status">
          {t('leftOut', { count: leftOut.count, most: leftOut.most })}
        </p>
      )}
      <p className={hindrance ? styles.note : undefined} role="status">
        {hindrance && t(hindrance)}
      </p>
    </section>
  )
}

function Item({ item, shelf }: { item: FileItem; shelf: Shelf }) {
  const { t } = useTranslation('attachments')
  const words = useErrorText()
  const format = useFormat()
  const { key, name, size, sent, state } = item
  const isOnItsWay = state === 'sending' || state === 'waiting'
  return (
    <li className={styles.item} data-state={state}>
      <Look item={item} />
      <span className={styles.words}>
        <span className={styles.name} title={name}>
          {name}
        </span>
        <span className={styles.state} role={state === 'failed' ? 'alert' : undefined}>
          {state === 'failed' ? words(item.error) : format.bytes(size)}
        </span>
        {isOnItsWay && <Progress label={t('sending', { name })} share={size > 0 ? sent / size : null} />}
      </span>
      {state === 'failed' && asApiError(item.error).code !== 'attachment_too_large' && (
        <IconButton
          label={t('again', { name })}
          icon={<ReloadOutlined aria-hidden="true" />}
          onClick={() => shelf.again(key)}
        />
      )}
      <IconButton
        label={t(isOnItsWay ? 'cancel' : 'remove', { name })}
        icon={<CloseOutlined aria-hidden="true" />}
        onClick={() => shelf.remove(key)}
      />
    </li>
  )
}

function Look({ item: { file, attached } }: { item: FileItem }) {
  if (attached?.kind === 'image') {
    return file ? <Thumb content={file} type={attached.media_type} /> : <StoredThumb attached={attached} />
  }
  return (
    <span className={styles.icon} aria-hidden="true">
      {attached?.kind === 'text' ? <FileTextOutlined /> : <FileOutlined />}
    </span>
  )
}

function StoredThumb({ attached }: { attached: Attached }) {
  const { data } = useContent(attached.id)
  if (data) return <Thumb content={data} type={attached.media_type} />
  return (
    <span className={styles.icon} aria-hidden="true">
      <PictureOutlined />
    </span>
  )
}

function Thumb({ content, type }: { content: Blob; type: string }) {
  const address = useAddress(content, type)
  return address && <img className={styles.thumb} src={address} alt="" />
}
