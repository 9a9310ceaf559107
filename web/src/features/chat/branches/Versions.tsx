import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { IconButton } from '@/ui/IconButton'
import { toast } from '@/ui/toast'
import styles from './Branches.module.css'
import { switchBranch } from './branches'

type Way = 'earlier' | 'later'

/** The version that was turned to: once it is there, the keyboard is where it was. */
let awaited: { id: string; way: Way } | null = null

/** Which of the versions of a message is shown, and the way to the others. */
export function Versions({ message, busy }: { message: Message; busy: boolean }) {
  const { t } = useTranslation('branches')
  const words = useErrorText()
  const buttons = { earlier: useRef<HTMLButtonElement>(null), later: useRef<HTMLButtonElement>(null) }
  const { earlier, later } = buttons
  useEffect(() => {
    if (awaited?.id !== message.id) return
    const [first, second] = awaited.way === 'earlier' ? [earlier, later] : [later, earlier]
    const button = first.current?.disabled ? second.current : first.current
    awaited = null
    button?.focus({ preventScroll: true })
    button?.scrollIntoView({ block: 'nearest' })
  }, [message.id, earlier, later])
  const count = message.siblings.length
  if (count < 2) return null
  const at = message.siblings.indexOf(message.id)
  const turn = (way: Way) => {
    const id = message.siblings[way === 'earlier' ? at - 1 : at + 1]
    if (!id) return
    awaited = { id, way }
    switchBranch(message.session_id, id).catch((thrown) => {
      awaited = null
      toast(words(thrown))
    })
  }
  return (
    <fieldset className={styles.versions} aria-label={t('versions', { at: at + 1, count })}>
      <IconButton
        ref={earlier}
        label={t('earlier')}
        tip={false}
        icon={<LeftOutlined aria-hidden="true" />}
        disabled={busy || at === 0}
        onClick={() => turn('earlier')}
      />
      <span aria-hidden="true">
        {at + 1} / {count}
      </span>
      <IconButton
        ref={later}
        label={t('later')}
        tip={false}
        icon={<RightOutlined aria-hidden="true" />}
        disabled={busy || at === count - 1}
        onClick={() => turn('later')}
      />
    </fieldset>
  )
}
