import { useTranslation } from 'react-i18next'
import type { Channel, ChannelKey } from '@/api/types'
import { Tag } from '@/ui/Tag'
import styles from './ChannelList.module.css'
import { NUMBERS } from './numbers'
import { keysOff, standingOf } from './standing'

const MODELS_SHOWN = 4

/** What kind of channel it is and how it stands. */
export function ChannelTags({ channel }: { channel: Channel }) {
  const { t } = useTranslation('gateway')
  const standing = standingOf(channel)
  return (
    <>
      {channel.simulated && <Tag tone="warn">{t('simulated')}</Tag>}
      {channel.private && <Tag>{t('private')}</Tag>}
      {standing === 'off' && <Tag>{t('off')}</Tag>}
      {standing === 'refused' && <Tag tone="bad">{t('refused')}</Tag>}
      {standing === 'someKeysRefused' && (
        <Tag tone="warn">{t('keysRefused', { off: keysOff(channel).length, count: channel.keys.length })}</Tag>
      )}
    </>
  )
}

/** Priority and weight where they are not what every channel begins with. */
export function ShareTags({ channel: { priority, weight } }: { channel: Channel }) {
  const { t } = useTranslation('gateway')
  return (
    <>
      {priority !== NUMBERS.priority.given && <Tag>{t('priorityOf', { priority })}</Tag>}
      {weight !== NUMBERS.weight.given && <Tag>{t('weightOf', { weight })}</Tag>}
    </>
  )
}

/** A channel's keys in a few words. */
export function KeysInWords({ keys }: { keys: ChannelKey[] }) {
  const { t } = useTranslation('gateway')
  const [only] = keys
  if (!only) return null
  return (
    <span> · {keys.length === 1 ? t('keyEnds', { last4: only.last4 }) : t('keysCount', { count: keys.length })}</span>
  )
}

/** The first few models of a channel, and how many more there are. */
export function Models({ names }: { names: string[] }) {
  const { t } = useTranslation('gateway')
  return (
    <p className={styles.models}>
      {names.slice(0, MODELS_SHOWN).map((name) => (
        <code key={name} translate="no">
          {name}
        </code>
      ))}
      {names.length > MODELS_SHOWN && <span>{t('moreModels', { count: names.length - MODELS_SHOWN })}</span>}
    </p>
  )
}
