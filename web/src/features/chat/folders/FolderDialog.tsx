import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Folder } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { FormDialog } from '@/ui/FormDialog'
import { changeFolder, createFolder } from './changes'
import { FolderName } from './FolderName'

/** A folder to make, or to call something else. */
export function FolderDialog({ folder, onClose }: { folder: Folder | null; onClose: () => void }) {
  const { t } = useTranslation('sessions')
  const [name, setName] = useState(folder?.name ?? '')
  const save = useMutation({
    mutationFn: async () => {
      if (folder) await changeFolder(folder.id, { name: name.trim() })
      else await createFolder(name.trim())
    },
    onSuccess: onClose,
  })
  return (
    <FormDialog
      title={t(folder ? 'folder.rename' : 'folder.new')}
      action={t(folder ? 'folder.save' : 'folder.create')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
      disabled={name.trim() === ''}
    >
      <FolderName value={name} onChange={setName} />
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}
