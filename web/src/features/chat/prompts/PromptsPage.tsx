import { DownloadOutlined, MoreOutlined, PlusOutlined, SnippetsOutlined, UploadOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Prompt, PromptListed, User } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useErrorText } from '@/ui/errorText'
import { MenuButton } from '@/ui/MenuButton'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { saveFile } from '@/ui/saveFile'
import { toast } from '@/ui/toast'
import { useFilters } from '@/ui/useFilters'
import { ImportDialog } from './ImportDialog'
import { PromptDialog } from './PromptDialog'
import { PromptFilters } from './PromptFilters'
import { PromptList } from './PromptList'
import { promptsQuery, readPrompt, readPromptFile, removePrompt, sharePrompt } from './queries'
import { useBegin } from './useBegin'
import { useScene } from './useScene'

/** Prompts that this person can use: to search, use, write, share, take along. */
export function PromptsPage({ user }: { user: User }) {
  const { t } = useTranslation('prompts')
  const words = useErrorText()
  const { filters, change, clear } = useFilters('q', 'tag', 'whose')
  const { q, tag, whose } = filters
  const list = useInfiniteQuery(
    promptsQuery({ ...(q && { q }), ...(tag && { tag }), ...(whose && { is_shared: whose === 'hall' }) }),
  )
  const scene = useScene(useBegin(user.id))
  const [dialog, show] = useState<ReactNode>(null)
  const close = () => show(null)
  const isAdmin = user.role === 'admin'
  const say = (thrown: unknown) => toast(words(thrown))
  const prompts = list.data?.pages.flatMap((page) => page.items) ?? []
  const write = (prompt: Partial<Prompt> | null) =>
    show(<PromptDialog prompt={prompt} isAdmin={isAdmin} onClose={close} />)
  const open = (id: string, as: (prompt: Prompt) => Partial<Prompt>) =>
    void readPrompt(id).then((prompt) => write(as(prompt)), say)
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => write(null)}>
      {t('add')}
    </Button>
  )
  const copyOf = ({ id: _id, slash: _slash, ...prompt }: Prompt) => ({ ...prompt, is_shared: false })
  return (
    <Page
      title={t('title')}
      text={t('text')}
      actions={<Actions add={add} onImport={() => show(<ImportDialog isAdmin={isAdmin} onClose={close} />)} />}
    >
      {(prompts.length > 0 || clear) && <PromptFilters filters={filters} onChange={change} />}
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && prompts.length === 0 && <Nothing add={add} onClear={clear} />}
      {prompts.length > 0 && (
        <PromptList
          prompts={prompts}
          isAdmin={isAdmin}
          onUse={({ id }) => scene.use(id)}
          onTag={(wanted) => change({ tag: wanted })}
          onEdit={({ id }) => open(id, (prompt) => prompt)}
          onCopy={({ id }) => open(id, copyOf)}
          onShare={({ id, is_shared }) => void sharePrompt(id, !is_shared).catch(say)}
          onRemove={(prompt) => show(<Removing prompt={prompt} onClose={close} />)}
        />
      )}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {scene.dialog}
      {dialog}
    </Page>
  )
}

function Actions({ add, onImport }: { add: ReactNode; onImport: () => void }) {
  const { t } = useTranslation('prompts')
  const words = useErrorText()
  const download = (isShared: boolean) =>
    void readPromptFile(isShared).then(
      (file) => saveFile('guildhall-prompts.json', file),
      (thrown: unknown) => toast(words(thrown)),
    )
  const icon = <DownloadOutlined aria-hidden="true" />
  const entries = [
    { key: 'import', label: t('import'), icon: <UploadOutlined aria-hidden="true" />, onPick: onImport },
    { key: 'mine', label: t('exportMine'), icon, onPick: () => download(false) },
    { key: 'hall', label: t('exportHall'), icon, onPick: () => download(true) },
  ]
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      {add}
      <MenuButton label={t('files')} entries={entries}>
        <MoreOutlined aria-hidden="true" />
      </MenuButton>
    </span>
  )
}

function Nothing({ add, onClear }: { add: ReactNode; onClear: (() => void) | undefined }) {
  const { t } = useTranslation('prompts')
  const icon = <SnippetsOutlined aria-hidden="true" />
  if (!onClear) {
    return (
      <EmptyState icon={icon} title={t('emptyTitle')} text={t('emptyText')}>
        {add}
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={icon} title={t('noneTitle')} text={t('noneText')}>
      <Button onClick={onClear}>{t('clear')}</Button>
    </EmptyState>
  )
}

function Removing({ prompt, onClose }: { prompt: PromptListed; onClose: () => void }) {
  const { t } = useTranslation('prompts')
  return (
    <ConfirmDialog
      title={t('removeTitle')}
      action={t('remove')}
      danger
      onConfirm={() => removePrompt(prompt.id)}
      onDone={() => toast(t('removed'))}
      onClose={onClose}
    >
      <p>{t(prompt.is_shared ? 'removeShared' : 'removeText', { title: prompt.title })}</p>
    </ConfirmDialog>
  )
}
