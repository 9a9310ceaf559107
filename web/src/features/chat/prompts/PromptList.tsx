import {
  CopyOutlined,
  DeleteOutlined,
  EditOutlined,
  HomeOutlined,
  MoreOutlined,
  RollbackOutlined,
} from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { PromptListed } from '@/api/types'
import { Button } from '@/ui/Button'
import { MenuButton, type MenuEntry } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import styles from './Prompts.module.css'

type Act = (prompt: PromptListed) => void

interface PromptListProps {
  prompts: PromptListed[]
  isAdmin: boolean
  onUse: Act
  onTag: (tag: string) => void
  onEdit: Act
  onCopy: Act
  onShare: Act
  onRemove: Act
}

/** Prompts, each with what can be done to it. */
export function PromptList({ prompts, onUse, onTag, ...acts }: PromptListProps) {
  const { t } = useTranslation('prompts')
  return (
    <ul className={styles.list} aria-label={t('title')}>
      {prompts.map((prompt) => (
        <li key={prompt.id} className={styles.prompt}>
          <div className={styles.words}>
            <div className={styles.head}>
              <h2 className={styles.title}>{prompt.title}</h2>
              {prompt.slash && (
                <code className={styles.slash} translate="no">
                  /{prompt.slash}
                </code>
              )}
              {prompt.is_shared && <Tag tone="accent">{t('ofTheHall')}</Tag>}
              {prompt.is_scene && <Tag>{t('scene')}</Tag>}
            </div>
            {prompt.description && <p className={styles.description}>{prompt.description}</p>}
            {prompt.tags.length > 0 && (
              <div className={styles.tags}>
                {prompt.tags.map((tag) => (
                  <button key={tag} type="button" className={styles.tag} onClick={() => onTag(tag)}>
                    {tag}
                  </button>
                ))}
              </div>
            )}
          </div>
          <div className={styles.acts}>
            <Button aria-label={t('useOf', { title: prompt.title })} onClick={() => onUse(prompt)}>
              {t('use')}
            </Button>
            <Menu prompt={prompt} {...acts} />
          </div>
        </li>
      ))}
    </ul>
  )
}

function Menu({
  prompt,
  isAdmin,
  ...acts
}: { prompt: PromptListed } & Omit<PromptListProps, 'prompts' | 'onUse' | 'onTag'>) {
  const { t } = useTranslation('prompts')
  const { is_shared, title } = prompt
  const copy = { key: 'copy', label: t('copy'), icon: <CopyOutlined />, onPick: () => acts.onCopy(prompt) }
  const edit = { key: 'edit', label: t('edit'), icon: <EditOutlined />, onPick: () => acts.onEdit(prompt) }
  const share = {
    key: 'share',
    label: t(is_shared ? 'unshare' : 'share'),
    icon: is_shared ? <RollbackOutlined /> : <HomeOutlined />,
    onPick: () => acts.onShare(prompt),
  }
  const remove = {
    key: 'remove',
    label: t('remove'),
    icon: <DeleteOutlined />,
    danger: true,
    onPick: () => acts.onRemove(prompt),
  }
  const own: MenuEntry[] = isAdmin ? [edit, copy, share, remove] : [edit, copy, remove]
  return (
    <MenuButton label={t('menuOf', { title })} entries={is_shared && !isAdmin ? [copy] : own}>
      <MoreOutlined aria-hidden="true" />
    </MenuButton>
  )
}
