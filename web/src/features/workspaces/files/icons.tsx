import {
  FileImageOutlined,
  FileMarkdownOutlined,
  FileOutlined,
  FilePdfOutlined,
  FileTextOutlined,
  FileZipOutlined,
  FolderOpenOutlined,
  FolderOutlined,
  LinkOutlined,
  TableOutlined,
} from '@ant-design/icons'
import { languageOf } from '@/ui/editor/languages'
import { isArchive } from '../paths'
import { previewOf } from '../previews/kind'
import type { TreeEntry } from './rows'

/** The picture in front of a name. */
export function EntryIcon({ entry, isOpen = false }: { entry: Pick<TreeEntry, 'path' | 'kind'>; isOpen?: boolean }) {
  const Icon = iconOf(entry, isOpen)
  return <Icon aria-hidden="true" />
}

function iconOf({ path, kind }: Pick<TreeEntry, 'path' | 'kind'>, isOpen: boolean) {
  if (kind === 'folder') return isOpen ? FolderOpenOutlined : FolderOutlined
  if (kind === 'link') return LinkOutlined
  const preview = previewOf(path)
  if (preview === 'image') return FileImageOutlined
  if (preview === 'pdf') return FilePdfOutlined
  if (preview === 'markdown') return FileMarkdownOutlined
  if (preview === 'csv') return TableOutlined
  if (isArchive(path)) return FileZipOutlined
  return languageOf(path) === 'plaintext' ? FileOutlined : FileTextOutlined
}
