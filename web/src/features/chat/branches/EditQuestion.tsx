import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newIdempotencyKey } from '@/api/client'
import type { Message } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { sendMessage } from '../queries'
import { textOf } from '../temporary'
import styles from './Branches.module.css'
import { useWriteBox } from './useWriteBox'

/** A question, to be said otherwise in its place: Enter sends, Escape leaves it as it was. */
export function EditQuestion({ message, onDone }: { message: Message; onDone: () => void }) {
  const { t } = useTranslation('branches')
  const [text, setText] = useState(textOf(message))
  const wish = useRef(newIdempotencyKey())
  const send = useMutation({
    mutationFn: () => sendMessage(message.session_id, text.trim(), null, wish.current, { editedId: message.id }),
    onSuccess: onDone,
  })
  const ready = text.trim() !== '' && !send.isPending
  const box = useWriteBox(() => ready && send.mutate(), onDone)
  useEffect(() => {
    if (text) wish.current = newIdempotencyKey()
  }, [text])
  return (
    <form
      className={styles.edit}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) send.mutate()
      }}
    >
      <textarea
        {...box}
        className={styles.box}
        aria-label={t('editing')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {send.isError && <ErrorNotice error={send.error} />}
      <div className={styles.buttons}>
        <Button size="small" onClick={onDone}>
          {t('cancel')}
        </Button>
        <Button size="small" type="primary" htmlType="submit" loading={send.isPending} disabled={!ready}>
          {t('send')}
        </Button>
      </div>
    </form>
  )
}
