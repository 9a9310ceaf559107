import { DeleteOutlined, EditOutlined, MoreOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import styles from './ChannelList.module.css'
import { changeChannel, testChannel } from './queries'
import { TestResult } from './TestResult'

const MODELS_SHOWN = 4

/** One channel: what it is, whether it is on, whether it answers. */
export function ChannelRow({ channel, onDelete }: { channel: Channel; onDelete: () => void }) {
  const { t } = useTranslation('gateway')
  const navigate = useNavigate()
  const test = useMutation({ mutationFn: () => testChannel(channel.id) })
  const turn = useMutation({ mutationFn: (enabled: boolean) => changeChannel(channel.id, { enabled }) })
  const edit = () => void navigate({ to: '/gateway/channels/$channelId', params: { channelId: channel.id } })
  const entries = [
    { key: 'edit', label: t('channels.edit'), icon: <EditOutlined aria-hidden="true" />, onPick: edit },
    {
      key: 'delete',
      label: t('channels.delete'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: onDelete,
    },
  ]
  return (
    <li className={styles.row}>
      <div className={styles.main}>
        <div className={styles.words}>
          <h2 className={styles.name}>
            <Link to="/gateway/channels/$channelId" params={{ channelId: channel.id }} translate="no">
              {channel.name}
            </Link>
            {channel.simulated && <Tag tone="warn">{t('simulated')}</Tag>}
            {channel.private && <Tag>{t('private')}</Tag>}
            {!channel.enabled && <Tag>{t('off')}</Tag>}
          </h2>
          <p className={styles.sub}>
            {channel.base_url || t('simulatorAddress')}
            {channel.api_key_last4 && <span> · {t('keyEnds', { last4: channel.api_key_last4 })}</span>}
          </p>
          <Models names={channel.models.map((model) => model.name)} />
        </div>
        <div className={styles.actions}>
          <Button
            icon={<ThunderboltOutlined aria-hidden="true" />}
            loading={test.isPending}
            onClick={() => test.mutate()}
          >
            {t('test.run')}
          </Button>
          <Switch
            checked={turn.isPending ? turn.variables : channel.enabled}
            loading={turn.isPending}
            aria-label={t('channels.enabledOf', { name: channel.name })}
            onChange={(enabled) => turn.mutate(enabled)}
          />
          <MenuButton label={t('channels.menuOf', { name: channel.name })} entries={entries}>
            <MoreOutlined aria-hidden="true" />
          </MenuButton>
        </div>
      </div>
      {test.isSuccess && <TestResult result={test.data} />}
      {(test.isError || turn.isError) && <ErrorNotice error={test.error ?? turn.error} />}
    </li>
  )
}

function Models({ names }: { names: string[] }) {
  const { t } = useTranslation('gateway')
  return (
    <p className={styles.models}>
      {names.slice(0, MODELS_SHOWN).map((name) => (
        <code key={name}>{name}</code>
      ))}
      {names.length > MODELS_SHOWN && <span>{t('moreModels', { count: names.length - MODELS_SHOWN })}</span>}
    </p>
  )
}
