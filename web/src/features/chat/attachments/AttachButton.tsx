import { PaperClipOutlined } from '@ant-design/icons'
import { type ChangeEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type Dropped, fromInput } from '@/ui/dropped'
import { IconButton } from '@/ui/IconButton'

/** Chooses files for the message. */
export function AttachButton({ onFiles }: { onFiles: (dropped: Dropped) => void }) {
  const { t } = useTranslation('chat')
  const input = useRef<HTMLInputElement>(null)
  const onChange = ({ target }: ChangeEvent<HTMLInputElement>) => {
    if (target.files?.length) onFiles(fromInput(target.files))
    target.value = ''
  }
  return (
    <>
      <input ref={input} type="file" multiple hidden aria-label={t('attach')} onChange={onChange} />
      <IconButton
        label={t('attach')}
        icon={<PaperClipOutlined aria-hidden="true" />}
        onClick={() => input.current?.click()}
      />
    </>
  )
}
