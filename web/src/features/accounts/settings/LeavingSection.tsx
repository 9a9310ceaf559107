import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { DeleteAccountDialog } from './DeleteAccountDialog'
import { downloadExport } from './queries'

/** Take one's data along, and leave for good. */
export function LeavingSection({ user }: { user: Me }) {
  const { t } = useTranslation('settings')
  const [deleting, setDeleting] = useState(false)
  const take = useMutation({ mutationFn: downloadExport })
  return (
    <>
      <Section
        title={t('export.title')}
        text={t('export.text')}
        actions={
          <Button icon={<DownloadOutlined aria-hidden="true" />} loading={take.isPending} onClick={() => take.mutate()}>
            {t('export.action')}
          </Button>
        }
      >
        {take.isError && <ErrorNotice error={take.error} />}
      </Section>
      <Section
        danger
        title={t('delete.title')}
        text={t('delete.text')}
        actions={
          <Button danger onClick={() => setDeleting(true)}>
            {t('delete.action')}
          </Button>
        }
      />
      {deleting && <DeleteAccountDialog user={user} onClose={() => setDeleting(false)} />}
    </>
  )
}
