import {
  CaretDownOutlined,
  EditOutlined,
  EllipsisOutlined,
  ForkOutlined,
  ReloadOutlined,
  RollbackOutlined,
} from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { useErrorText } from '@/ui/errorText'
import { IconButton } from '@/ui/IconButton'
import { MenuButton, type MenuEntry } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { rememberModel } from '../drafts'
import { useFork } from '../forks/useFork'
import { modelsQuery, sessionQuery } from '../queries'
import { textOf } from '../temporary'
import styles from './Branches.module.css'
import { Busy, regenerate } from './branches'
import { continueFrom } from './continuing'
import { Versions } from './Versions'

/** Below a question: copy it, say it otherwise, fork there, and its other versions. */
export function QuestionTools({ message, onEdit }: { message: Message; onEdit: () => void }) {
  const { t } = useTranslation('branches')
  const busy = useContext(Busy)
  const fork = useFork()
  return (
    <>
      <IconButton label={t('edit')} icon={<EditOutlined aria-hidden="true" />} disabled={busy} onClick={onEdit} />
      <CopyButton text={textOf(message)} />
      <IconButton
        label={t('fork')}
        icon={<ForkOutlined aria-hidden="true" />}
        onClick={() => fork(message.session_id, message.id)}
      />
      <Versions message={message} busy={busy} />
    </>
  )
}

/** Below an answer: another one to the same question, by any model, its other versions, and what begins there. */
export function AnswerTools({ message }: { message: Message }) {
  const { t } = useTranslation('branches')
  const words = useErrorText()
  const busy = useContext(Busy)
  const again = (model?: string) => void regenerate(message, model).catch((thrown) => toast(words(thrown)))
  return (
    <>
      <IconButton
        label={t('regenerate')}
        icon={<ReloadOutlined aria-hidden="true" />}
        disabled={busy}
        onClick={() => again()}
      />
      {!busy && <OtherModels message={message} onPick={again} />}
      <Versions message={message} busy={busy} />
      <MoreTools message={message} />
    </>
  )
}

/** Which model gives another answer. */
function OtherModels({ message, onPick }: { message: Message; onPick: (model: string) => void }) {
  const { t } = useTranslation('branches')
  const { data: models = [] } = useQuery(modelsQuery)
  if (models.length < 2) return null
  const entries = models.map(({ name }) => ({
    key: name,
    label: name,
    chosen: name === message.model,
    onPick: () => {
      rememberModel(name)
      onPick(name)
    },
  }))
  return (
    <MenuButton label={t('regenerateBy')} entries={entries} className={styles.models}>
      <CaretDownOutlined aria-hidden="true" />
    </MenuButton>
  )
}

/** What can begin at a message: a session of its own and, where it is not the last, another way on. */
export function MoreTools({ message }: { message: Message }) {
  const { t } = useTranslation('branches')
  const busy = useContext(Busy)
  const fork = useFork()
  const { data: headId } = useQuery({
    ...sessionQuery(message.session_id),
    select: ({ session }) => session.head_id,
  })
  const entries: MenuEntry[] = [
    {
      key: 'fork',
      label: t('fork'),
      icon: <ForkOutlined aria-hidden="true" />,
      onPick: () => fork(message.session_id, message.id),
    },
  ]
  if (!busy && headId !== message.id) {
    entries.unshift({
      key: 'continue',
      label: t('continue.entry'),
      icon: <RollbackOutlined aria-hidden="true" />,
      onPick: () => continueFrom(message),
    })
  }
  return (
    <MenuButton label={t('more')} entries={entries}>
      <EllipsisOutlined aria-hidden="true" />
    </MenuButton>
  )
}
