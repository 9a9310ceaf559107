import { CloseOutlined, PictureOutlined } from '@ant-design/icons'
import { type ChangeEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { toast } from '@/ui/toast'
import { isPicture, PICTURE_TYPES, pictureUrl } from './picture'
import styles from './Request.module.css'

const MOST = 8

interface PicturesFieldProps {
  /** Of the message, from 1. */
  number: number
  pictures: string[]
  onChange: (pictures: string[]) => void
}

/** Pictures that go with a message; they are sent inside the request. */
export function PicturesField({ number, pictures, onChange }: PicturesFieldProps) {
  const { t } = useTranslation('playground')
  const chooser = useRef<HTMLInputElement>(null)
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])]
    event.target.value = ''
    const good = files.filter(isPicture)
    if (good.length < files.length) toast(t('pictureRefused'))
    const urls = await Promise.all(good.map(pictureUrl)).catch(() => [])
    onChange([...pictures, ...urls].slice(0, MOST))
  }
  return (
    <div className={styles.pictures}>
      {pictures.map((url, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may stand there twice
        <span key={place} className={styles.picture}>
          <img src={url} alt={t('picture', { number: place + 1 })} />
          <button
            type="button"
            aria-label={t('removePicture', { number: place + 1 })}
            onClick={() => onChange(pictures.toSpliced(place, 1))}
          >
            <CloseOutlined aria-hidden="true" />
          </button>
        </span>
      ))}
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        accept={PICTURE_TYPES.join(',')}
        aria-label={t('choosePictures', { number })}
        onChange={(event) => void take(event)}
      />
      {pictures.length < MOST && (
        <Button
          type="text"
          size="small"
          icon={<PictureOutlined aria-hidden="true" />}
          onClick={() => chooser.current?.click()}
        >
          {t('addPicture')}
        </Button>
      )}
    </div>
  )
}
