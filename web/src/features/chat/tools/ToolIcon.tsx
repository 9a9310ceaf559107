import {
  CheckSquareOutlined,
  CodeOutlined,
  EditOutlined,
  FileAddOutlined,
  FileSearchOutlined,
  FileTextOutlined,
  FolderOpenOutlined,
  GlobalOutlined,
  MessageOutlined,
  SearchOutlined,
  ToolOutlined,
} from '@ant-design/icons'
import type { ComponentType } from 'react'
import { type KnownTool, knownTool } from './tool'

const ICONS: Record<KnownTool, ComponentType> = {
  read: FileTextOutlined,
  write: FileAddOutlined,
  edit: EditOutlined,
  multi_edit: EditOutlined,
  glob: FileSearchOutlined,
  grep: SearchOutlined,
  list: FolderOpenOutlined,
  bash: CodeOutlined,
  bash_output: CodeOutlined,
  fetch: GlobalOutlined,
  todo: CheckSquareOutlined,
  task: ToolOutlined,
  skill: FileTextOutlined,
  ask_user: MessageOutlined,
}

export function ToolIcon({ name }: { name: string }) {
  const known = knownTool(name)
  const Icon = known ? ICONS[known] : ToolOutlined
  return (
    <span aria-hidden="true">
      <Icon />
    </span>
  )
}
