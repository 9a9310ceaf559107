import { DownloadOutlined, UploadOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigurationDocument } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { saveFile } from '@/ui/saveFile'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import styles from './DocumentList.module.css'
import { ImportDialog } from './ImportDialog'
import { documentsQuery, exportConfiguration } from './queries'
import { useDocumentWords } from './words'

/** Everything an admin may change while the hall runs, document by document. */
export function DocumentList() {
  const { t } = useTranslation('admin')
  const documents = useQuery(documentsQuery)
  const [importing, setImporting] = useState(false)
  const download = useMutation({
    mutationFn: exportConfiguration,
    onSuccess: (file) => saveFile('guildhall-configuration.json', jsonFile(file)),
  })
  return (
    <Page
      title={t('configuration.title')}
      text={t('configuration.text')}
      actions={
        <div className={styles.actions}>
          <Button
            icon={<DownloadOutlined aria-hidden="true" />}
            loading={download.isPending}
            onClick={() => download.mutate()}
          >
            {t('configuration.export')}
          </Button>
          <Button icon={<UploadOutlined aria-hidden="true" />} onClick={() => setImporting(true)}>
            {t('configuration.import')}
          </Button>
        </div>
      }
    >
      {documents.isPending && <Skeleton />}
      {documents.isError && <ErrorNotice error={documents.error} onRetry={() => void documents.refetch()} />}
      {download.isError && <ErrorNotice error={download.error} />}
      {documents.isSuccess && (
        <ul className={styles.list}>
          {documents.data.map((document) => (
            <DocumentRow key={document.name} document={document} />
          ))}
        </ul>
      )}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </Page>
  )
}

function DocumentRow({ document }: { document: ConfigurationDocument }) {
  const { t } = useTranslation('admin')
  const words = useDocumentWords()
  return (
    <li className={styles.row}>
      <Link to="/admin/configuration/$name" params={{ name: document.name }} className={styles.link}>
        <span className={styles.words}>
          <span className={styles.name}>
            {words.title(document)}
            <StateTag state={document.state} />
          </span>
          <span className={styles.text}>{words.text(document.name)}</span>
        </span>
        {document.changed_at && (
          <span className={styles.when}>
            {document.changed_by_name
              ? t('configuration.changedBy', { name: document.changed_by_name })
              : t('configuration.changed')}{' '}
            <Ago at={document.changed_at} />
          </span>
        )}
      </Link>
    </li>
  )
}

/** Whether what is stored is what is in force. */
function StateTag({ state }: { state: ConfigurationDocument['state'] }) {
  const { t } = useTranslation('admin')
  if (state === 'stored') return null
  const tone = state === 'default' ? 'plain' : 'warn'
  return <Tag tone={tone}>{t(`configuration.state.${state}`)}</Tag>
}

function jsonFile(content: unknown): Blob {
  return new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' })
}
