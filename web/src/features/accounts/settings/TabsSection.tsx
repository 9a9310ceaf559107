import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { realtime, tabId } from '@/api/realtime/line'
import { type Column, DataTable } from '@/ui/DataTable'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import styles from './ProfilePanel.module.css'
import { type OpenTab, tabsFrom } from './tabs'

/** Where this hall is open right now, in every browser of this person. */
export function TabsSection({ userId }: { userId: string }) {
  const { t } = useTranslation('settings')
  const tabs = useTabs(userId)
  const columns: Column<OpenTab>[] = [
    {
      key: 'device',
      title: t('devices.device'),
      kind: 'name',
      render: (tab) => (
        <span className={styles.device}>
          {tab.device || t('devices.unknown')}
          {tab.id === tabId() && <Tag tone="good">{t('tabs.this')}</Tag>}
        </span>
      ),
    },
    { key: 'carrier', title: t('tabs.carrier'), render: (tab) => t(`tabs.carriers.${tab.carrier}`) },
    { key: 'since', title: t('tabs.since'), render: (tab) => <Ago at={tab.since} /> },
  ]
  if (tabs.length === 0) return null
  return (
    <Section bare title={t('tabs.title')} text={t('tabs.text')}>
      <DataTable label={t('tabs.title')} columns={columns} rows={tabs} rowKey={(tab) => tab.id} />
    </Section>
  )
}

function useTabs(userId: string): OpenTab[] {
  const [tabs, setTabs] = useState<OpenTab[]>([])
  useEffect(() => {
    const take = (body: unknown) => setTabs((before) => tabsFrom(body) ?? before)
    return realtime.follow(`user.${userId}`, {
      onSnapshot: take,
      onEvent: ({ type, body }) => {
        if (type === 'presence.changed') take(body)
      },
    })
  }, [userId])
  return tabs
}
