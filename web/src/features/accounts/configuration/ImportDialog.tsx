import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import type { ConfigurationFile, ImportedConfiguration } from '@/api/types'
import { Button } from '@/ui/Button'
import { Changes } from '@/ui/Changes'
import { changesBetween } from '@/ui/changes'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import styles from './ImportDialog.module.css'
import { importConfiguration, tryImport } from './queries'
import { useDocumentWords } from './words'

interface Tried {
  file: ConfigurationFile
  outcome: ImportedConfiguration
}

/** Choose a file, see what it would change, then put it in force. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const preview = useMutation({
    mutationFn: async (chosen: File): Promise<Tried> => {
      const file = await parsed(chosen)
      return { file, outcome: await tryImport(file) }
    },
  })
  const apply = useMutation({
    mutationFn: importConfiguration,
    onSuccess: () => {
      toast(t('configuration.imported'))
      onClose()
    },
  })
  const tried = preview.data
  const documents = tried?.outcome.documents ?? []
  const refused = documents.some((one) => one.outcome === 'refused')
  const nothing = tried && documents.every((one) => one.outcome === 'unchanged')
  return (
    <Dialog title={t('configuration.importTitle')} onClose={onClose}>
      <Field label={t('configuration.file')} hint={t('configuration.fileHint')}>
        {(attributes) => (
          <input
            {...attributes}
            type="file"
            accept="application/json,.json"
            className={styles.file}
            onClick={(event) => {
              // Choosing the same file again shall count: it may have been mended meanwhile.
              event.currentTarget.value = ''
            }}
            onChange={(event) => {
              const chosen = event.target.files?.[0]
              if (chosen) preview.mutate(chosen)
            }}
          />
        )}
      </Field>
      {preview.isError && <ErrorNotice error={preview.error} />}
      {nothing && <p role="status">{t('configuration.importNothing')}</p>}
      {!nothing && documents.length > 0 && <Planned documents={documents} />}
      {apply.isError && <ErrorNotice error={apply.error} />}
      <div className={styles.buttons}>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          type="primary"
          loading={apply.isPending}
          disabled={!tried || refused || nothing}
          onClick={() => tried && apply.mutate(tried.file)}
        >
          {t('configuration.importApply')}
        </Button>
      </div>
    </Dialog>
  )
}

function Planned({ documents }: { documents: ImportedConfiguration['documents'] }) {
  const { t } = useTranslation('admin')
  const words = useDocumentWords()
  const tone = { unchanged: 'plain', changed: 'accent', refused: 'bad' } as const
  return (
    <ul className={styles.planned} aria-label={t('configuration.importPlan')}>
      {documents.map(({ name, outcome, before, after, problem }) => (
        <li key={name}>
          <p className={styles.name}>
            {words.title({ name, title: name })} <Tag tone={tone[outcome]}>{t(`configuration.outcome.${outcome}`)}</Tag>
          </p>
          {problem && <p>{problem}</p>}
          {outcome === 'changed' && <Changes changes={changesBetween(before, after)} />}
        </li>
      ))}
    </ul>
  )
}

async function parsed(chosen: File): Promise<ConfigurationFile> {
  try {
    return JSON.parse(await chosen.text()) as ConfigurationFile
  } catch {
    throw new ApiError(0, 'not_a_configuration_file', '')
  }
}
