import { DeleteOutlined, UploadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { toast } from '@/ui/toast'
import { PicturePreview } from './PicturePreview'
import styles from './ProfilePanel.module.css'
import { readyPicture } from './picture'
import { removePicture } from './queries'

/** The picture others see beside one's name. */
export function PictureSection({ user }: { user: User }) {
  const { t } = useTranslation('settings')
  const chooser = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState<Blob | null>(null)
  const [unreadable, setUnreadable] = useState(false)
  const remove = useMutation({ mutationFn: removePicture, onSuccess: () => toast(t('picture.removed')) })
  const choose = async (file: File | undefined) => {
    if (!file) return
    const picture = await readyPicture(file)
    setUnreadable(picture === null)
    setChosen(picture)
    if (chooser.current) chooser.current.value = ''
  }
  return (
    <Section title={t('picture.title')} text={t('picture.text')}>
      <div className={styles.picture}>
        <Avatar name={user.name} url={user.avatar_url} size={72} />
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          className="visually-hidden"
          tabIndex={-1}
          aria-label={t('picture.choose')}
          onChange={(event) => void choose(event.target.files?.[0])}
        />
        <Button icon={<UploadOutlined aria-hidden="true" />} onClick={() => chooser.current?.click()}>
          {t('picture.choose')}
        </Button>
        {user.avatar_url && (
          <Button
            icon={<DeleteOutlined aria-hidden="true" />}
            loading={remove.isPending}
            onClick={() => remove.mutate()}
          >
            {t('picture.remove')}
          </Button>
        )}
      </div>
      {unreadable && (
        <p className={styles.wrong} role="alert">
          {t('picture.unreadable')}
        </p>
      )}
      {remove.isError && <ErrorNotice error={remove.error} />}
      {chosen && <PicturePreview picture={chosen} onClose={() => setChosen(null)} />}
    </Section>
  )
}
