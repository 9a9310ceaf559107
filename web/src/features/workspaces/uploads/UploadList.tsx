import { CloseOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { asApiError } from '@/api/errors'
import { Button } from '@/ui/Button'
import { useErrorText } from '@/ui/errorText'
import { useFormat } from '@/ui/format'
import { IconButton } from '@/ui/IconButton'
import { Progress } from '@/ui/Progress'
import { toast } from '@/ui/toast'
import { nameOf } from '../paths'
import styles from './UploadList.module.css'
import { discardUpload, readUploads, type UploadItem, uploadsOf } from './uploads'

/** Files on their way in: how far each is, what went wrong, and a way to stop it. */
export function UploadList({ workspaceId }: { workspaceId: string }) {
  const { t } = useTranslation('workspaces')
  const uploads = uploadsOf(workspaceId)
  const items = useSyncExternalStore(uploads.subscribe, uploads.snapshot)
  if (items.length === 0) return <Unfinished workspaceId={workspaceId} />
  const done = items.filter((item) => item.state === 'done').length
  return (
    <section className={styles.list} aria-label={t('uploads.title')}>
      <header className={styles.head}>
        <h3 aria-live="polite">{t('uploads.count', { done, all: items.length })}</h3>
        {done > 0 && (
          <Button size="small" type="text" onClick={() => uploads.clear()}>
            {t('uploads.clear')}
          </Button>
        )}
        {done < items.length && (
          <Button size="small" type="text" onClick={() => uploads.cancelAll()}>
            {t('uploads.cancelAll')}
          </Button>
        )}
      </header>
      <ul className={styles.items}>
        {items.map((item) => (
          <Item key={item.key} item={item} workspaceId={workspaceId} />
        ))}
      </ul>
    </section>
  )
}

function Item({ item, workspaceId }: { item: UploadItem; workspaceId: string }) {
  const { t } = useTranslation('workspaces')
  const words = useErrorText()
  const format = useFormat()
  const uploads = uploadsOf(workspaceId)
  const { key, path, size, sent, state } = item
  const name = nameOf(path)
  const isOver = state === 'done' || state === 'failed' || state === 'taken'
  return (
    <li className={styles.item} data-state={state}>
      <div className={styles.line}>
        <span className={styles.name} title={path}>
          {name}
        </span>
        <span className={styles.size}>{format.bytes(size)}</span>
        {state !== 'done' && (
          <IconButton
            label={t('uploads.cancel', { name })}
            icon={<CloseOutlined />}
            tip={false}
            onClick={() => uploads.cancel(key)}
          />
        )}
      </div>
      {!isOver && (
        <Progress label={name} share={size === 0 ? null : sent / size} tone={state === 'paused' ? 'warn' : 'plain'} />
      )}
      {state !== 'sending' && state !== 'waiting' && (
        <p className={styles.state}>{state === 'failed' ? words(item.error) : t(`uploads.${state}`)}</p>
      )}
      {(state === 'taken' || (state === 'failed' && asApiError(item.error).code !== 'file_too_large')) && (
        <Button size="small" onClick={() => uploads.again(key, state === 'taken')}>
          {state === 'taken' ? t('uploads.replace') : t('uploads.again')}
        </Button>
      )}
    </li>
  )
}

/** What a reload or a closed tab left half-way. */
function Unfinished({ workspaceId }: { workspaceId: string }) {
  const { t } = useTranslation('workspaces')
  const words = useErrorText()
  const { data: left = [] } = useQuery({
    queryKey: ['workspaces', workspaceId, 'uploads'],
    queryFn: () => readUploads(workspaceId),
  })
  if (left.length === 0) return null
  const discard = async () => {
    await Promise.all(left.map(({ id }) => discardUpload(workspaceId, id)))
  }
  return (
    <section className={styles.list} aria-label={t('uploads.title')}>
      <p className={styles.left}>{t('uploads.left', { count: left.length, name: nameOf(left[0]?.path ?? '') })}</p>
      <Button size="small" onClick={() => void discard().catch((thrown: unknown) => toast(words(thrown)))}>
        {t('uploads.discard')}
      </Button>
    </section>
  )
}
