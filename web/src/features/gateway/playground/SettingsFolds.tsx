import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Fold } from '@/ui/Fold'
import folds from '@/ui/Fold.module.css'
import { NO_SETTINGS, type Settings } from './draft'
import { formatOf, hasField } from './problems'
import { FormatFields, MoreFields, NumberFields, ToolFields } from './SettingsFields'
import type { Bench } from './usePlayground'

const NAMES = ['parameters', 'format', 'tools', 'more'] as const
type Name = (typeof NAMES)[number]

const FIELDS: Record<Name, (keyof Settings)[]> = {
  parameters: ['temperature', 'top_p', 'max_tokens', 'stop', 'seed', 'frequency_penalty', 'presence_penalty', 'effort'],
  format: ['format', 'schema'],
  tools: ['tools', 'toolChoice'],
  more: ['extra'],
}

const PARTS = { parameters: NumberFields, format: FormatFields, tools: ToolFields, more: MoreFields }

/** Everything that may be said beside the conversation; folded, each saying what is set in it. */
export function SettingsFolds({ bench }: { bench: Bench }) {
  const { t } = useTranslation('playground')
  const [open, setOpen] = useState<ReadonlySet<Name>>(new Set())
  const toggle = (name: Name) => {
    const next = new Set(open)
    if (!next.delete(name)) next.add(name)
    setOpen(next)
  }
  const digest = useDigest(bench)
  return (
    <div className={folds.folds}>
      {NAMES.map((name) => {
        const Part = PARTS[name]
        const isWrong = FIELDS[name].some((field) => bench.problems[field])
        return (
          <Fold
            key={name}
            title={t(`folds.${name}`)}
            digest={isWrong ? t('wrong') : digest(name)}
            wrong={isWrong}
            open={open.has(name)}
            onToggle={() => toggle(name)}
          >
            <Part bench={bench} />
          </Fold>
        )
      })}
    </div>
  )
}

/** What is set, in few words; nothing for nothing. */
function useDigest({ draft }: Bench): (name: Name) => string {
  const { t } = useTranslation('playground')
  const { protocol, settings } = draft
  return (name) => {
    if (name === 'format') {
      const format = formatOf(protocol, settings)
      return format === 'text' ? '' : t(`formats.${format}`)
    }
    const set = FIELDS[name].filter((field) => settings[field] !== NO_SETTINGS[field] && hasField(protocol, field))
    if (name !== 'parameters') return set.length > 0 ? t('set') : ''
    return set.length > 0 ? t('setCount', { count: set.length }) : ''
  }
}
