import { CloudSyncOutlined, DisconnectOutlined } from '@ant-design/icons'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { realtime } from '@/api/realtime/line'
import styles from './ConnectionState.module.css'

/** Says so when news from the server come by a slower way than usual, or not at all for now. Nothing is lost either way. */
export function ConnectionState() {
  const { t } = useTranslation()
  const state = useSyncExternalStore(realtime.onState, realtime.state)
  const carrier = useSyncExternalStore(realtime.onState, realtime.carrier)
  const words =
    state === 'waiting' ? t('line.waiting') : carrier === 'sse' || carrier === 'poll' ? t(`line.${carrier}`) : ''
  return (
    <span className={styles.state} role="status">
      {words && (
        <span className={state === 'waiting' ? styles.down : styles.slow} data-tip={words} data-tip-side="right">
          {state === 'waiting' ? <DisconnectOutlined aria-hidden="true" /> : <CloudSyncOutlined aria-hidden="true" />}
          <span className="visually-hidden">{words}</span>
        </span>
      )}
    </span>
  )
}
