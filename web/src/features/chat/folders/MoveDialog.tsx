import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Select } from '@/ui/Select'
import { toast } from '@/ui/toast'
import { changeSession, foldersQuery } from '../queries'
import { createFolder } from './changes'
import { FolderName } from './FolderName'

const NEW = 'new'

/** Puts a session into a folder, into one that is made for it, or out of any. */
export function MoveDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation(['sessions', 'chat'])
  const { data: folders = [] } = useQuery(foldersQuery)
  const here = folders.some(({ id }) => id === session.folder_id) ? (session.folder_id ?? '') : ''
  const [picked, setPicked] = useState(folders.length === 0 ? NEW : here)
  const [name, setName] = useState('')
  const move = useMutation({
    mutationFn: async () => {
      const folder = picked === NEW ? await createFolder(name.trim()) : folders.find(({ id }) => id === picked)
      await changeSession(session.id, { folder_id: folder?.id ?? null })
      return folder
    },
    onSuccess: (folder) => {
      const title = session.title ?? t('chat:untitled')
      toast(folder ? t('folder.moved', { title, name: folder.name }) : t('folder.movedOut', { title }))
      onClose()
    },
  })
  const options = [
    { value: '', label: t('folder.none') },
    ...folders.map((folder) => ({ value: folder.id, label: folder.name })),
    { value: NEW, label: t('folder.another') },
  ]
  return (
    <FormDialog
      title={t('folder.moveTitle')}
      action={t('folder.moveAction')}
      onSubmit={() => move.mutate()}
      onClose={onClose}
      busy={move.isPending}
      disabled={picked === NEW && name.trim() === ''}
    >
      <Field label={t('folder.where')}>
        {(attributes) => (
          <Select {...attributes} data-autofocus value={picked} options={options} onChange={setPicked} />
        )}
      </Field>
      {picked === NEW && <FolderName value={name} onChange={setName} />}
      {move.isError && <ErrorNotice error={move.error} />}
    </FormDialog>
  )
}
