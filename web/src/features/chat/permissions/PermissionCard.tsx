import { SafetyOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Permission } from '@/api/types'
import { Button } from '@/ui/Button'
import { useWorkspaceName } from '../agent/workspaces'
import { AlwaysDialog, RejectForm, WhatIsAsked } from '../onDemand'
import { Key } from './Key'
import styles from './PermissionCard.module.css'
import { useDecide } from './useDecide'
import { useKeys } from './useKeys'
import { cardId } from './waiting'

interface PermissionCardProps {
  permission: Permission
  /** Where rules for one workspace would hold; null without one. */
  workspaceId: string | null
  /** Y, A and N decide this one. */
  hasKeys: boolean
}

/** What an agent would do, and the person's word on it. */
export function PermissionCard({ permission, workspaceId, hasKeys }: PermissionCardProps) {
  const { t } = useTranslation('agents')
  const { server, task } = permission.details
  const decide = useDecide(permission)
  const workspace = useWorkspaceName(workspaceId)
  const [asking, setAsking] = useState<'always' | 'reject' | null>(null)
  const once = () => decide.mutate({ decision: 'once' })
  const isOpen = hasKeys && asking === null && !decide.isPending
  useKeys({ y: once, a: () => setAsking('always'), n: () => setAsking('reject') }, isOpen)
  return (
    <section id={cardId(permission)} className={styles.card} aria-label={t('permission')} tabIndex={-1}>
      <p className={styles.title}>
        <SafetyOutlined aria-hidden="true" />{' '}
        {t(`asks.${server || permission.tool === 'task' ? 'other' : permission.kind}`)}
        {workspace && <span className={styles.where}>{t('inWorkspace', { name: workspace })}</span>}
      </p>
      {typeof task === 'string' && <p className={styles.task}>{t('forTask', { task })}</p>}
      <WhatIsAsked permission={permission} />
      {asking === 'reject' ? (
        <RejectForm
          busy={decide.isPending}
          onReject={(message) => decide.mutate({ decision: 'reject', message })}
          onCancel={() => setAsking(null)}
        />
      ) : (
        <div className={styles.buttons}>
          <Button type="primary" loading={decide.isPending} onClick={once}>
            {t('allowOnce')} {hasKeys && <Key name="Y" />}
          </Button>
          <Button disabled={decide.isPending} onClick={() => setAsking('always')}>
            {t('allowAlways')} {hasKeys && <Key name="A" />}
          </Button>
          <Button disabled={decide.isPending} onClick={() => setAsking('reject')}>
            {t('reject')} {hasKeys && <Key name="N" />}
          </Button>
        </div>
      )}
      {asking === 'always' && (
        <AlwaysDialog
          permission={permission}
          workspaceId={workspaceId}
          onAllow={(patterns, scope) => decide.mutateAsync({ decision: 'always', patterns, scope })}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  )
}
