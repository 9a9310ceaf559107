import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { PriceImport } from '@/api/types'
import { Button } from '@/ui/Button'
import { DataTable } from '@/ui/DataTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { useFormat } from '@/ui/format'
import { Section } from '@/ui/Section'
import { toast } from '@/ui/toast'
import { formatOf } from './files'
import styles from './Prices.module.css'
import { importPrices, type PriceFile, tryImport } from './queries'

/** Choose a file, see what it would add and what is wrong with it, then add all of it. */
export function ImportSection() {
  const { t } = useTranslation('models')
  const format = useFormat()
  const preview = useMutation({
    mutationFn: async (chosen: File) => {
      const content = await chosen.text()
      const file: PriceFile = { content, format: formatOf(chosen.name, content) }
      return { file, outcome: await tryImport(file) }
    },
  })
  const apply = useMutation({
    mutationFn: importPrices,
    onSuccess: ({ added }) => {
      toast(t('files.imported', { count: added, shown: format.count(added) }))
      preview.reset()
    },
  })
  const tried = preview.data
  const isReady = tried && tried.outcome.problem_count === 0 && tried.outcome.added > 0
  return (
    <Section title={t('files.import')} text={t('files.importText')}>
      <Field label={t('files.file')} hint={t('files.fileHint')}>
        {(attributes) => (
          <input
            {...attributes}
            type="file"
            accept=".csv,.json,text/csv,application/json"
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
      {tried && <Outcome outcome={tried.outcome} />}
      {apply.isError && <ErrorNotice error={apply.error} />}
      {isReady && (
        <Button
          type="primary"
          className={styles.apply}
          loading={apply.isPending}
          onClick={() => apply.mutate(tried.file)}
        >
          {t('files.apply', { count: tried.outcome.added, shown: format.count(tried.outcome.added) })}
        </Button>
      )}
      <details>
        <summary>{t('files.howTitle')}</summary>
        <p>{t('files.how')}</p>
        <pre className={styles.example} translate="no">
          {EXAMPLE}
        </pre>
      </details>
    </Section>
  )
}

const EXAMPLE = `model,since,above,input,cached_input,output
gpt-4o,2027-01-01T00:00:00Z,,2.5,1.25,10
gemini-2.5-pro,,,1.25,0.125,10
gemini-2.5-pro,,200000,2.5,0.25,15`

function Outcome({ outcome: { added, unchanged, models, problem_count, problems } }: { outcome: PriceImport }) {
  const { t } = useTranslation('models')
  const format = useFormat()
  const shown = { count: added, added: format.count(added), unchanged: format.count(unchanged) }
  if (problem_count === 0) {
    return (
      <div role="status">
        <p>{t(added === 0 ? 'files.nothingNew' : 'files.adds', shown)}</p>
        {models.length > 0 && (
          <p className={styles.models} translate="no">
            {models.join(', ')}
            {models.length < added && ' …'}
          </p>
        )}
      </div>
    )
  }
  return (
    <>
      <p role="alert" className={styles.wrong}>
        {t('files.problems', { count: problem_count, shown: format.count(problem_count) })}
      </p>
      <DataTable
        label={t('files.problemTable')}
        rows={problems}
        rowKey={({ line, message }) => `${line} ${message}`}
        columns={[
          { key: 'line', title: t('files.line'), kind: 'name', render: ({ line }) => format.count(line) },
          { key: 'model', title: t('model'), render: ({ model }) => <span translate="no">{model ?? '–'}</span> },
          { key: 'message', title: t('files.problem'), render: ({ message }) => <span translate="no">{message}</span> },
        ]}
      />
      {problems.length < problem_count && <p>{t('files.firstOnly', { count: problems.length })}</p>}
    </>
  )
}
