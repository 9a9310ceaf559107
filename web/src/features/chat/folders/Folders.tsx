import { useState } from 'react'
import type { Folder } from '@/api/types'
import type { SessionRowProps } from '../SessionRow'
import { FolderGroup } from './FolderGroup'
import { keepOpen, readOpen } from './openFolders'

type FoldersProps = Omit<SessionRowProps, 'session'> & { folders: Folder[] }

/** The folders of the side bar; which of them are open outlives a reload. */
export function Folders({ folders, ...row }: FoldersProps) {
  const [open, setOpen] = useState(readOpen)
  const toggle = (id: string) => {
    const others = open.filter((one) => one !== id && folders.some((folder) => folder.id === one))
    const next = open.includes(id) ? others : [...others, id]
    setOpen(next)
    keepOpen(next)
  }
  return folders.map((folder, at) => (
    <FolderGroup
      key={folder.id}
      folder={folder}
      place={{ at, isLast: at === folders.length - 1 }}
      open={open.includes(folder.id)}
      onToggle={() => toggle(folder.id)}
      {...row}
    />
  ))
}
