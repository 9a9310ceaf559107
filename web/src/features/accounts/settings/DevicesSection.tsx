import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { type Column, DataTable } from '@/ui/DataTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { Tag } from '@/ui/Tag'
import { Ago, Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import styles from './ProfilePanel.module.css'
import { devicesQuery, signOutDevice, signOutEverywhere, signOutOthers } from './queries'

/** Every browser in which one is signed in. */
export function DevicesSection() {
  const { t } = useTranslation('settings')
  const devices = useQuery(devicesQuery)
  const [asking, setAsking] = useState<'others' | 'everywhere' | null>(null)
  const others = devices.data?.some((device) => !device.current) ?? false
  return (
    <Section
      bare
      title={t('devices.title')}
      text={t('devices.text')}
      actions={
        <>
          {others && <Button onClick={() => setAsking('others')}>{t('devices.others')}</Button>}
          <Button danger onClick={() => setAsking('everywhere')}>
            {t('devices.everywhere')}
          </Button>
        </>
      }
    >
      {devices.isPending && <Skeleton />}
      {devices.isError && <ErrorNotice error={devices.error} onRetry={() => void devices.refetch()} />}
      {devices.isSuccess && <DeviceTable devices={devices.data} />}
      {asking && (
        <ConfirmDialog
          danger
          title={t(asking === 'others' ? 'devices.othersTitle' : 'devices.everywhereTitle')}
          action={t(asking === 'others' ? 'devices.others' : 'devices.everywhere')}
          onConfirm={asking === 'others' ? signOutOthers : signOutEverywhere}
          onDone={() => toast(t('devices.ended'))}
          onClose={() => setAsking(null)}
        >
          <p>{t(asking === 'others' ? 'devices.othersText' : 'devices.everywhereText')}</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}

function DeviceTable({ devices }: { devices: Device[] }) {
  const { t } = useTranslation('settings')
  const columns: Column<Device>[] = [
    {
      key: 'device',
      title: t('devices.device'),
      kind: 'name',
      render: (device) => (
        <span className={styles.device}>
          {device.device || t('devices.unknown')}
          {device.current && <Tag tone="good">{t('devices.this')}</Tag>}
        </span>
      ),
    },
    { key: 'address', title: t('devices.address'), render: (device) => <code>{device.address || '–'}</code> },
    {
      key: 'used',
      title: t('devices.used'),
      render: (device) => (device.current ? t('devices.now') : <Ago at={device.last_used_at ?? device.created_at} />),
    },
    { key: 'since', title: t('devices.since'), render: (device) => <Time at={device.created_at} /> },
    {
      key: 'end',
      title: t('devices.actions'),
      kind: 'actions',
      render: (device) => !device.current && <EndButton device={device} />,
    },
  ]
  return <DataTable label={t('devices.title')} columns={columns} rows={devices} rowKey={(device) => device.id} />
}

function EndButton({ device }: { device: Device }) {
  const { t } = useTranslation('settings')
  const end = useMutation({ mutationFn: () => signOutDevice(device.id), onSuccess: () => toast(t('devices.ended')) })
  return (
    <>
      <Button
        size="small"
        danger
        loading={end.isPending}
        aria-label={t('devices.endOf', { device: device.device || t('devices.unknown') })}
        onClick={() => end.mutate()}
      >
        {t('devices.end')}
      </Button>
      {end.isError && <ErrorNotice error={end.error} />}
    </>
  )
}
