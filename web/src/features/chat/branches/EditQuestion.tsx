import { CloseOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { newIdempotencyKey } from '@/api/client'
import type { Message } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { IconButton } from '@/ui/IconButton'
import { sendMessage } from '../queries'
import { textOf } from '../temporary'
import styles from './Branches.module.css'
import { useWriteBox } from './useWriteBox'

/** A question, to be said otherwise in its place: Enter sends, Escape leaves it as it was. */
export function EditQuestion({ message, onDone }: { message: Message; onDone: () => void }) {
  const { t } = useTranslation('branches')
  const [text, setText] = useState(textOf(message))
  const [attached, setAttached] = useState(message.attachments)
  const wish = useRef(newIdempotencyKey())
  const send = useMutation({
    mutationFn: () =>
      sendMessage(message.session_id, text.trim(), null, wish.current, { editedId: message.id, attached }),
    onSuccess: onDone,
  })
  const ready = (text.trim() !== '' || attached.length > 0) && !send.isPending
  const box = useWriteBox(() => ready && send.mutate(), onDone)
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other words or files it is another wish
  useEffect(() => {
    wish.current = newIdempotencyKey()
  }, [text, attached])
  return (
    <form
      className={styles.edit}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) send.mutate()
      }}
    >
      {attached.length > 0 && (
        <ul className={styles.files} aria-label={t('files')}>
          {attached.map(({ id, name }) => (
            <li key={id}>
              <span>{name}</span>
              <IconButton
                label={t('leaveOut', { name })}
                icon={<CloseOutlined aria-hidden="true" />}
                tip={false}
                onClick={() => setAttached(attached.filter((file) => file.id !== id))}
              />
            </li>
          ))}
        </ul>
      )}
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
