import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { LeftOutSkill, Skill } from '@/api/types'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { skillsQuery } from './queries'
import styles from './SkillsDialog.module.css'

interface SkillsDialogProps {
  workspaceId: string
  onOpen: (path: string) => void
  onClose: () => void
}

/** What agents can learn in a workspace, and what they are not offered, with the reason. */
export function SkillsDialog({ workspaceId, onOpen, onClose }: SkillsDialogProps) {
  const { t } = useTranslation('workspaces')
  const { data, isPending, error, refetch } = useQuery(skillsQuery(workspaceId))
  const open = (folder: string) => {
    onClose()
    onOpen(`${folder}/SKILL.md`)
  }
  return (
    <Dialog title={t('skills.title')} onClose={onClose}>
      <p className={styles.soft}>{t('skills.text')}</p>
      {isPending && <Skeleton title={false} rows={3} />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.items.length === 0 && <p>{t('skills.none')}</p>}
      <ul className={styles.list} aria-label={t('skills.title')}>
        {data?.items.map((skill) => (
          <Offered key={skill.name} skill={skill} onOpen={open} />
        ))}
      </ul>
      {data && data.left_out.length > 0 && <LeftOut folders={data.left_out} />}
      <details className={styles.soft}>
        <summary>{t('skills.how')}</summary>
        <p>{t('skills.howText')}</p>
        <pre className={styles.example} translate="no">
          {t('skills.example')}
        </pre>
      </details>
    </Dialog>
  )
}

function Offered({ skill, onOpen }: { skill: Skill; onOpen: (folder: string) => void }) {
  const { t } = useTranslation('workspaces')
  return (
    <li>
      <button
        type="button"
        className={styles.name}
        aria-label={t('skills.open', { name: skill.name })}
        onClick={() => onOpen(skill.path)}
      >
        <span translate="no">{skill.name}</span>
      </button>
      <p className={styles.text}>{skill.description}</p>
      <p className={styles.path} translate="no">
        {skill.path}
      </p>
    </li>
  )
}

function LeftOut({ folders }: { folders: LeftOutSkill[] }) {
  const { t } = useTranslation('workspaces')
  return (
    <section className={styles.left} aria-label={t('skills.leftOut')}>
      <h3>{t('skills.leftOut')}</h3>
      <ul className={styles.list}>
        {folders.map(({ path, reason }) => (
          <li key={path}>
            <p className={styles.path} translate="no">
              {path}
            </p>
            <p className={styles.text}>{t(`skills.reason.${reason}`)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
