/** Parts of the chat that are fetched when they are first wanted: the chat's first load stays small. */
import { type ComponentType, lazy, Suspense } from 'react'
import { loadWords } from '@/locales'

type Tools = typeof import('./branches/tools')

function onDemand<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  const Loaded = lazy(load) as unknown as ComponentType<Props>
  return function OnDemand(props: Props) {
    return (
      <Suspense>
        <Loaded {...props} />
      </Suspense>
    )
  }
}

/** Parts with words of their own. */
function withWords<Props extends object>(
  words: 'attachments' | 'branches' | 'manner' | 'prompts' | 'sessions' | 'turns',
  load: () => Promise<{ default: ComponentType<Props> }>,
) {
  return onDemand(async () => (await Promise.all([load(), loadWords(words)]))[0])
}

export const AnswerChanges = withWords('turns', async () => ({
  default: (await import('./turn/AnswerChanges')).AnswerChanges,
}))
export const AnswerMeter = withWords('turns', async () => ({
  default: (await import('./turn/AnswerMeter')).AnswerMeter,
}))
export const AttachedFiles = withWords('attachments', async () => ({
  default: (await import('./attachments/AttachedFiles')).AttachedFiles,
}))
export const DropHint = withWords('attachments', async () => ({
  default: (await import('./attachments/DropHint')).DropHint,
}))
export const FileStrip = withWords('attachments', async () => ({
  default: (await import('./attachments/FileStrip')).FileStrip,
}))
export const MentionMenu = withWords('attachments', async () => ({
  default: (await import('./mentions/MentionMenu')).MentionMenu,
}))
export const SessionMeter = withWords('turns', async () => ({
  default: (await import('./turn/SessionMeter')).SessionMeter,
}))
export const Folders = withWords('sessions', async () => ({ default: (await import('./folders/Folders')).Folders }))
export const FolderDialog = withWords('sessions', async () => ({
  default: (await import('./folders/FolderDialog')).FolderDialog,
}))
const atMessages = <Props extends object>(pick: (tools: Tools) => ComponentType<Props>) =>
  withWords('branches', async () => ({ default: pick(await import('./branches/tools')) }))

export const AnswerTools = atMessages((tools) => tools.AnswerTools)
export const QuestionTools = atMessages((tools) => tools.QuestionTools)
export const EditQuestion = atMessages((tools) => tools.EditQuestion)
export const SummaryRow = atMessages((tools) => tools.SummaryRow)
export const CompactAndRetry = atMessages((tools) => tools.CompactAndRetry)
export const ContinueBar = atMessages((tools) => tools.ContinueBar)
export const ForkedFrom = atMessages((tools) => tools.ForkedFrom)
export const Queue = atMessages((tools) => tools.Queue)
export const RenameField = withWords('sessions', async () => ({ default: (await import('./RenameField')).RenameField }))
export const SessionMenu = withWords('sessions', async () => ({ default: (await import('./SessionMenu')).SessionMenu }))
export const Gone = withWords('sessions', async () => ({ default: (await import('./Gone')).Gone }))
export const NoModels = withWords('sessions', async () => ({ default: (await import('./NoModels')).NoModels }))
export const MannerButton = withWords('manner', async () => ({
  default: (await import('./manner/MannerButton')).MannerButton,
}))
export const ParameterChip = withWords('manner', async () => ({
  default: (await import('./manner/ParameterChip')).ParameterChip,
}))
export const NewWorkspaceDialog = onDemand(async () => ({
  default: (await import('./agent/NewWorkspaceDialog')).NewWorkspaceDialog,
}))
export const EnginePicker = onDemand(async () => ({ default: (await import('./agent/EnginePicker')).EnginePicker }))
export const PermissionCard = onDemand(async () => ({
  default: (await import('./permissions/PermissionCard')).PermissionCard,
}))
export const WaitingBar = onDemand(async () => ({ default: (await import('./permissions/WaitingBar')).WaitingBar }))
export const AskedCard = onDemand(async () => ({ default: (await import('./questions/AskedCard')).AskedCard }))
export const QuestionCard = onDemand(async () => ({
  default: (await import('./questions/QuestionCard')).QuestionCard,
}))
export const QuestionBar = onDemand(async () => ({ default: (await import('./questions/QuestionBar')).QuestionBar }))
export const AlwaysDialog = onDemand(async () => ({
  default: (await import('./permissions/AlwaysDialog')).AlwaysDialog,
}))
export const RejectForm = onDemand(async () => ({ default: (await import('./permissions/RejectForm')).RejectForm }))
export const ToolContent = onDemand(async () => ({ default: (await import('./tools/ToolContent')).ToolContent }))
export const TaskCard = onDemand(async () => ({ default: (await import('./tasks/TaskCard')).TaskCard }))
export const WhatIsAsked = onDemand(async () => ({ default: (await import('./permissions/WhatIsAsked')).WhatIsAsked }))
export const SlashCommands = onDemand(async () => {
  const [{ SlashCommands }] = await Promise.all([
    import('./commands/SlashCommands'),
    loadWords('prompts', 'manner', 'sessions'),
  ])
  return { default: SlashCommands }
})
export const TodoPanel = onDemand(async () => ({ default: (await import('./agent/TodoPanel')).TodoPanel }))
