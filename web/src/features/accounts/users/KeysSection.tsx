import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { ChangeKeyDialog } from '../keys/KeyDialog'
import { KeyTable, type KeyWork } from '../keys/KeyTable'
import { RevokeDialog } from '../keys/RevokeDialog'
import { quotasQuery } from '../limits/queries'
import { changeKeyOf, keysOfQuery, revokeKeyOf } from './queries'

/** Somebody's keys, to be limited or ended by an admin. Their secrets stay their owner's. */
export function KeysSection({ userId, models }: { userId: string; models: string[] }) {
  const { t } = useTranslation('people')
  const keys = useQuery(keysOfQuery(userId))
  const quotas = useQuery(quotasQuery(userId))
  const [work, setWork] = useState<{ kind: KeyWork; key: ApiKey } | null>(null)
  const done = () => setWork(null)
  return (
    <Section bare title={t('keys.title')} text={t('keys.text')}>
      {keys.isPending && <Skeleton />}
      {keys.isError && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isSuccess && keys.data.length === 0 && <p>{t('keys.none')}</p>}
      {keys.isSuccess && keys.data.length > 0 && (
        <KeyTable
          keys={keys.data}
          quotas={quotas.data ?? []}
          works={['change', 'revoke']}
          onWork={(kind, key) => setWork({ kind, key })}
        />
      )}
      {work?.kind === 'change' && (
        <ChangeKeyDialog
          apiKey={work.key}
          models={models}
          onSave={(change) => changeKeyOf(userId, work.key.id, change)}
          onClose={done}
        />
      )}
      {work?.kind === 'revoke' && (
        <RevokeDialog apiKey={work.key} onRevoke={() => revokeKeyOf(userId, work.key.id)} onClose={done} />
      )}
    </Section>
  )
}
