import { PlayCircleOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Tag } from '@/ui/Tag'
import styles from './ChannelEditor.module.css'
import { createChannel, presetsQuery, simulatorChannel } from './queries'

/** One click to something that talks: the simulator, clearly called one. */
export function UseSimulator({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('gateway')
  const { data: presets = [] } = useQuery(presetsQuery)
  const wanted = simulatorChannel(presets)
  const create = useMutation({ mutationFn: createChannel, onSuccess: onDone })
  if (!wanted) return null
  return (
    <>
      <div className={styles.simulator}>
        <p>
          <Tag tone="warn">{t('simulated')}</Tag> {t('useSimulator.text')}
        </p>
        <Button
          icon={<PlayCircleOutlined aria-hidden="true" />}
          loading={create.isPending}
          onClick={() => create.mutate(wanted)}
        >
          {t('useSimulator.action')}
        </Button>
      </div>
      {create.isError && <ErrorNotice error={create.error} />}
    </>
  )
}
