import { EditOutlined, ReloadOutlined } from '@ant-design/icons'
import { useContext } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { useErrorText } from '@/ui/errorText'
import { IconButton } from '@/ui/IconButton'
import { toast } from '@/ui/toast'
import { textOf } from '../temporary'
import { Busy, regenerate } from './branches'
import { Versions } from './Versions'

/** Below a question: copy it, say it otherwise, and its other versions. */
export function QuestionTools({ message, onEdit }: { message: Message; onEdit: () => void }) {
  const { t } = useTranslation('branches')
  const busy = useContext(Busy)
  return (
    <>
      <IconButton label={t('edit')} icon={<EditOutlined aria-hidden="true" />} disabled={busy} onClick={onEdit} />
      <CopyButton text={textOf(message)} />
      <Versions message={message} busy={busy} />
    </>
  )
}

/** Below an answer: another one to the same question, and its other versions. */
export function AnswerTools({ message }: { message: Message }) {
  const { t } = useTranslation('branches')
  const words = useErrorText()
  const busy = useContext(Busy)
  return (
    <>
      <IconButton
        label={t('regenerate')}
        icon={<ReloadOutlined aria-hidden="true" />}
        disabled={busy}
        onClick={() => void regenerate(message).catch((thrown) => toast(words(thrown)))}
      />
      <Versions message={message} busy={busy} />
    </>
  )
}
