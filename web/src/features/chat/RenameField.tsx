import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { Input } from '@/ui/Input'
import { toast } from '@/ui/toast'
import { changeSession } from './queries'

/** The title as a field: Enter or leaving it keeps, Escape does not. */
export function RenameField({ session, onDone }: { session: Session; onDone: () => void }) {
  const { t } = useTranslation('sessions')
  const words = useErrorText()
  const [title, setTitle] = useState(session.title ?? '')
  const rename = useMutation({
    mutationFn: (wanted: string) => changeSession(session.id, { title: wanted }),
    onError: (thrown) => toast(words(thrown)),
    onSettled: onDone,
  })
  const keep = () => {
    const wanted = title.trim()
    if (rename.isPending) return
    if (wanted === '' || wanted === session.title) onDone()
    else rename.mutate(wanted)
  }
  return (
    <Input
      autoFocus
      size="small"
      value={title}
      maxLength={200}
      aria-label={t('titleOf')}
      disabled={rename.isPending}
      onChange={(event) => setTitle(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={keep}
      onPressEnter={(event) => {
        if (!event.nativeEvent.isComposing) keep()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone()
      }}
    />
  )
}
