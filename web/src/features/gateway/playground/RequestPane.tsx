import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import { Segments } from '@/ui/Segments'
import { TextArea } from '@/ui/TextArea'
import { PROTOCOLS } from './draft'
import { LineList } from './LineList'
import styles from './Request.module.css'
import { SettingsFolds } from './SettingsFolds'
import type { Bench } from './usePlayground'

const NAMES = { chat: 'Chat Completions', responses: 'Responses', messages: 'Messages' }

/** What is asked: the protocol, the conversation and the settings. */
export function RequestPane({ bench }: { bench: Bench }) {
  const { t } = useTranslation('playground')
  const { draft, change } = bench
  return (
    <section className={styles.pane} aria-label={t('request')}>
      <div className={styles.protocol}>
        <Segments
          label={t('protocol')}
          value={draft.protocol}
          options={PROTOCOLS.map((value) => ({ value, label: NAMES[value] }))}
          onChange={(protocol) => change({ protocol })}
        />
        <Segments
          label={t('manner')}
          value={draft.streamed ? 'stream' : 'whole'}
          options={[
            { value: 'stream', label: t('streamed') },
            { value: 'whole', label: t('whole') },
          ]}
          onChange={(manner) => change({ streamed: manner === 'stream' })}
        />
      </div>
      <Field label={t('system')}>
        {(attributes) => (
          <TextArea
            {...attributes}
            rows={2}
            value={draft.system}
            placeholder={t('systemHint')}
            onChange={(event) => change({ system: event.target.value })}
          />
        )}
      </Field>
      <LineList lines={draft.lines} onChange={(lines) => change({ lines })} />
      <SettingsFolds bench={bench} />
    </section>
  )
}
