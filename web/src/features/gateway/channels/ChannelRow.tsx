import { HolderOutlined, MoreOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Switch } from 'antd'
import type { PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { MenuButton } from '@/ui/MenuButton'
import styles from './ChannelList.module.css'
import { LastTest } from './LastTest'
import { changeChannel, cloneChannel, testChannel } from './queries'
import { RefusedNotice } from './RefusedNotice'
import { standingOf } from './standing'
import { TestResult } from './TestResult'
import { useRowMenu } from './useRowMenu'
import { ChannelTags, KeysInWords, Models, ShareTags } from './words'

interface ChannelRowProps {
  channel: Channel
  place: number
  count: number
  onMove: (to: number) => void
  onGrip: (event: PointerEvent<HTMLElement>) => void
  onDelete: () => void
}

/** One channel: what it is, whether it is on, whether it answers. */
export function ChannelRow({ channel, place, count, onMove, onGrip, onDelete }: ChannelRowProps) {
  const { t } = useTranslation('gateway')
  const test = useMutation({ mutationFn: () => testChannel(channel.id) })
  const turn = useMutation({ mutationFn: (enabled: boolean) => changeChannel(channel.id, { enabled }) })
  const clone = useMutation({ mutationFn: () => cloneChannel(channel.id) })
  const entries = useRowMenu({ channel, place, count, onMove, onClone: clone.mutateAsync, onDelete })
  return (
    <li className={styles.row}>
      {count > 1 && (
        <span className={styles.grip} data-testid="grip" aria-hidden="true" onPointerDown={onGrip}>
          <HolderOutlined />
        </span>
      )}
      <div className={styles.main}>
        <div className={styles.words}>
          <h2 className={styles.name}>
            <Link to="/gateway/channels/$channelId" params={{ channelId: channel.id }} translate="no">
              {channel.name}
            </Link>
            <ChannelTags channel={channel} />
          </h2>
          <p className={styles.sub}>
            {channel.base_url || t('simulatorAddress')}
            <KeysInWords keys={channel.keys} />
          </p>
          <Models names={channel.models.map((model) => model.name)} />
          <p className={styles.notes}>
            <ShareTags channel={channel} />
            {!test.isSuccess && <LastTest channel={channel} />}
          </p>
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
      <div className={styles.below}>
        {standingOf(channel) === 'refused' && <RefusedNotice channel={channel} />}
        {test.isSuccess && <TestResult result={test.data} />}
        {(test.isError || turn.isError || clone.isError) && (
          <ErrorNotice error={test.error ?? turn.error ?? clone.error} />
        )}
      </div>
    </li>
  )
}
