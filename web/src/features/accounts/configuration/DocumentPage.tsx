import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { BackLink } from '@/ui/BackLink'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { DocumentEditor } from './DocumentEditor'
import { DocumentHistory } from './DocumentHistory'
import { documentQuery } from './queries'
import { useDocumentWords } from './words'

/** One document: its form, and who changed it when. */
export function DocumentPage() {
  const { t } = useTranslation('admin')
  const { name = '' } = useParams({ strict: false })
  const document = useQuery({ ...documentQuery(name), refetchOnWindowFocus: false })
  const words = useDocumentWords()
  return (
    <Page title={document.data ? words.title(document.data) : t('configuration.title')} text={words.text(name)}>
      <BackLink to="/admin/configuration">{t('configuration.all')}</BackLink>
      {document.isPending && <Skeleton />}
      {document.isError && <ErrorNotice error={document.error} onRetry={() => void document.refetch()} />}
      {document.isSuccess && <DocumentEditor key={name} document={document.data} />}
      {document.isSuccess && <DocumentHistory name={name} />}
    </Page>
  )
}
