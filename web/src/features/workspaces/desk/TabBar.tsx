import { CloseOutlined } from '@ant-design/icons'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EntryIcon } from '../files/icons'
import { nameOf, parentOf } from '../paths'
import { useDesk } from './DeskProvider'
import styles from './TabBar.module.css'
import { isDirty, type Tab } from './tabs'

/** The open files; a dot marks what is not saved. Arrows go from one to the next, Delete closes. */
export function TabBar() {
  const { t } = useTranslation('workspaces')
  const { desk, open, act } = useDesk()
  const [leaving, setLeaving] = useState<Tab | null>(null)
  const close = (tab: Tab) => (isDirty(tab) ? setLeaving(tab) : act({ kind: 'closed', path: tab.path }))
  const names = desk.tabs.map((tab) => nameOf(tab.path))
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, index: number) => {
    const tab = desk.tabs[index]
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: desk.tabs.length - 1 }[event.key]
    const target = next === undefined ? undefined : desk.tabs[next]
    if (target) open(target.path)
    else if (tab && (event.key === 'Delete' || event.key === 'Backspace')) close(tab)
  }
  return (
    <div className={styles.bar}>
      <div className={styles.tabs} role="tablist" aria-label={t('openFiles')}>
        {desk.tabs.map((tab, index) => {
          const name = nameOf(tab.path)
          const isDouble = names.filter((one) => one === name).length > 1
          return (
            <OneTab
              key={tab.path}
              tab={tab}
              name={name}
              folder={isDouble ? parentOf(tab.path) || t('top') : null}
              isActive={tab.path === desk.active}
              onShow={() => open(tab.path)}
              onClose={() => close(tab)}
              onKeyDown={(event) => onKeyDown(event, index)}
            />
          )
        })}
      </div>
      {leaving && (
        <ConfirmDialog
          title={t('unsaved.title', { name: nameOf(leaving.path) })}
          action={t('unsaved.action')}
          danger
          onConfirm={async () => act({ kind: 'closed', path: leaving.path })}
          onClose={() => setLeaving(null)}
        >
          <p>{t('unsaved.text')}</p>
        </ConfirmDialog>
      )}
    </div>
  )
}

interface OneTabProps {
  tab: Tab
  name: string
  /** Where it lies, when another open file has the same name. */
  folder: string | null
  isActive: boolean
  onShow: () => void
  onClose: () => void
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

function OneTab({ tab, name, folder, isActive, onShow, onClose, onKeyDown }: OneTabProps) {
  const { t } = useTranslation('workspaces')
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isActive) button.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isActive])
  const dirty = isDirty(tab)
  return (
    <span className={isActive ? `${styles.tab} ${styles.active}` : styles.tab} role="presentation">
      <button
        ref={button}
        type="button"
        role="tab"
        aria-keyshortcuts="Delete"
        id={`tab ${tab.path}`.replaceAll(' ', '-')}
        aria-selected={isActive}
        tabIndex={isActive ? 0 : -1}
        className={styles.name}
        title={tab.path}
        onClick={onShow}
        onKeyDown={onKeyDown}
        onAuxClick={(event) => {
          if (event.button === 1) onClose()
        }}
      >
        <EntryIcon entry={{ path: tab.path, kind: 'file' }} />
        <span>{name}</span>
        {folder !== null && <small>{folder}</small>}
        {dirty && <span className={styles.dot} role="img" aria-label={t('unsavedMark')} />}
      </button>
      {/* Only for the pointer: in the list of tabs the Delete key closes. */}
      <button
        type="button"
        tabIndex={-1}
        aria-hidden="true"
        className={styles.close}
        title={t('closeFile', { name })}
        onClick={onClose}
      >
        <CloseOutlined />
      </button>
    </span>
  )
}
