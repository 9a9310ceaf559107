import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { useDesk } from '../desk/DeskProvider'
import { foldersOf, joined, nameOf, parentOf, stemLength } from '../paths'
import { createFile, createFolder } from './queries'
import { openFolders } from './tree'
import type { Asked, EntryActions } from './useEntryActions'

/** Asks for a name or a path, and does what was asked for with it. */
export function PathDialog({ asked, actions }: { asked: Asked; actions: EntryActions }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId, open } = useDesk()
  const first = firstValue(asked, t('copyOf'))
  const [value, setValue] = useState(first)
  const chosen = useRef(false)
  const wanted = value.trim().replace(/^\/+|\/+$/g, '')
  const perform = async () => {
    const target = targetOf(asked, wanted)
    if (asked.kind === 'newFile') await createFile(workspaceId, target)
    else if (asked.kind === 'newFolder') await createFolder(workspaceId, target)
    else if (asked.kind === 'copy') await actions.copy(asked.entry.path, target)
    else await actions.move(asked.entry.path, target)
    openFolders(workspaceId, [...foldersOf(target), ...(asked.kind === 'newFolder' ? [target] : [])])
    if (asked.kind === 'newFile') open(target)
  }
  return (
    <ConfirmDialog
      title={t(`ask.${asked.kind}.title`)}
      action={t(`ask.${asked.kind}.action`)}
      disabled={wanted === '' || wanted === first}
      onConfirm={perform}
      onClose={() => actions.ask(null)}
    >
      <Field label={t(`ask.${asked.kind}.label`)} hint={hintOf(asked, t)}>
        {(attributes) => (
          <Input
            {...attributes}
            data-autofocus
            value={value}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setValue(event.target.value)}
            onFocus={(event) => {
              if (chosen.current) return
              chosen.current = true
              event.target.setSelectionRange(first.length - nameOf(first).length, startOfEnding(first))
            }}
          />
        )}
      </Field>
    </ConfirmDialog>
  )
}

function startOfEnding(path: string): number {
  const name = nameOf(path)
  return path.length - name.length + stemLength(name)
}

function firstValue(asked: Asked, copyOf: string): string {
  if (asked.kind === 'newFile' || asked.kind === 'newFolder') return ''
  const name = nameOf(asked.entry.path)
  if (asked.kind === 'rename') return name
  if (asked.kind === 'move') return asked.entry.path
  const cut = asked.entry.kind === 'folder' ? name.length : stemLength(name)
  return joined(parentOf(asked.entry.path), `${name.slice(0, cut)} ${copyOf}${name.slice(cut)}`)
}

function targetOf(asked: Asked, wanted: string): string {
  if (asked.kind === 'newFile' || asked.kind === 'newFolder') return joined(asked.folder, wanted)
  return asked.kind === 'rename' ? joined(parentOf(asked.entry.path), wanted) : wanted
}

type Translate = ReturnType<typeof useTranslation<'workspaces'>>['t']

function hintOf(asked: Asked, t: Translate): string {
  if (asked.kind === 'newFile' || asked.kind === 'newFolder')
    return t('ask.inFolder', { folder: asked.folder || t('top') })
  return asked.kind === 'rename' ? t('ask.rename.hint') : t('ask.pathHint')
}
