import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { Select } from '@/ui/Select'
import { TextArea } from '@/ui/TextArea'
import type { Settings } from './draft'
import { EXAMPLES } from './examples'
import { JsonField } from './JsonField'
import { effortsOf, formatOf, formatsOf, hasField, NUMBER_NAMES } from './problems'
import { USUAL_TOKENS } from './protocols/messagesBody'
import styles from './Request.module.css'
import type { Bench } from './usePlayground'
import { useProblemWords } from './useProblemWords'

function useSettings({ draft, change }: Bench) {
  return (part: Partial<Settings>) => change({ settings: { ...draft.settings, ...part } })
}

/** Numbers, and the few words beside them; those that the protocol does not have are not shown. */
export function NumberFields({ bench }: { bench: Bench }) {
  const { t } = useTranslation('playground')
  const words = useProblemWords()
  const set = useSettings(bench)
  const { protocol, settings } = bench.draft
  const has = (name: keyof Settings) => hasField(protocol, name)
  const efforts = effortsOf(protocol)
  return (
    <div className={styles.pair}>
      {NUMBER_NAMES.filter(has).map((name) => (
        <Field key={name} label={t(`fields.${name}`)} error={words(bench.problems[name])}>
          {(attributes) => (
            <Input
              {...attributes}
              inputMode="decimal"
              autoComplete="off"
              status={bench.problems[name] ? 'error' : ''}
              value={settings[name]}
              placeholder={name === 'max_tokens' && protocol === 'messages' ? String(USUAL_TOKENS) : t('leftOut')}
              onChange={(event) => set({ [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Field label={t('fields.effort')}>
        {({ id }) => (
          <Select
            id={id}
            value={efforts.includes(settings.effort) ? settings.effort : ''}
            options={[{ value: '', label: t('leftOut') }, ...efforts.map((value) => ({ value, label: value }))]}
            onChange={(effort) => set({ effort })}
          />
        )}
      </Field>
      {has('stop') && (
        <Field label={t('fields.stop')} hint={t('stopHint')}>
          {(attributes) => (
            <TextArea
              {...attributes}
              rows={2}
              value={settings.stop}
              onChange={(event) => set({ stop: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  )
}

/** Text, any JSON, or JSON that fits a schema. */
export function FormatFields({ bench }: { bench: Bench }) {
  const { t } = useTranslation('playground')
  const words = useProblemWords()
  const set = useSettings(bench)
  const { protocol, settings } = bench.draft
  const format = formatOf(protocol, settings)
  return (
    <>
      <Segments
        label={t('folds.format')}
        value={format}
        options={formatsOf(protocol).map((value) => ({ value, label: t(`formats.${value}`) }))}
        onChange={(next) => set({ format: next })}
      />
      {format === 'schema' && (
        <JsonField
          label={t('fields.schema')}
          value={settings.schema}
          error={words(bench.problems.schema)}
          example={EXAMPLES.schema}
          onChange={(schema) => set({ schema })}
        />
      )}
    </>
  )
}

/** Tools as JSON, and whether they must be used. */
export function ToolFields({ bench }: { bench: Bench }) {
  const { t } = useTranslation('playground')
  const words = useProblemWords()
  const set = useSettings(bench)
  const { settings, protocol } = bench.draft
  return (
    <>
      <JsonField
        label={t('fields.tools')}
        hint={t('toolsHint')}
        value={settings.tools}
        error={words(bench.problems.tools)}
        example={EXAMPLES[protocol]}
        onChange={(tools) => set({ tools })}
      />
      <Field label={t('fields.toolChoice')}>
        {({ id }) => (
          <Select
            id={id}
            value={settings.toolChoice}
            options={[
              { value: '', label: t('leftOut') },
              { value: 'auto', label: t('choices.auto') },
              { value: 'required', label: t('choices.required') },
              { value: 'none', label: t('choices.none') },
            ]}
            onChange={(toolChoice) => set({ toolChoice })}
          />
        )}
      </Field>
    </>
  )
}

/** Whatever else the provider understands. */
export function MoreFields({ bench }: { bench: Bench }) {
  const { t } = useTranslation('playground')
  const words = useProblemWords()
  const set = useSettings(bench)
  const { settings } = bench.draft
  return (
    <>
      <JsonField
        label={t('fields.extra')}
        hint={t('extraHint')}
        value={settings.extra}
        error={words(bench.problems.extra)}
        onChange={(extra) => set({ extra })}
      />
      {settings.extra !== '' && (
        <Button size="small" className={styles.add} onClick={() => set({ extra: '' })}>
          {t('empty')}
        </Button>
      )}
    </>
  )
}
