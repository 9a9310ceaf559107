import { useTranslation } from 'react-i18next'
import { numberFrom } from '@/ui/amounts'
import { LIMITS, NUMBERS, PATIENCES, SHARES } from './numbers'
import type { SectionName } from './problems'
import type { FieldWords } from './useFieldWords'
import { type ChannelForm, parametersFrom } from './wanted'

/** What is set in a section, or that something in it is wrong, in a word or two. */
export function useDigest(form: ChannelForm, wrong: FieldWords) {
  const { t } = useTranslation('gateway')
  return (name: SectionName): { digest: string; wrong: boolean } => {
    if (fieldsOf(name, form).some((field) => wrong(field) !== null)) return { digest: t('more.wrong'), wrong: true }
    if (name === 'share') return { digest: t('more.shareDigest', share(form)), wrong: false }
    const count = countIn(name, form)
    const none = name === 'patience' ? t('more.usual') : t('more.none')
    return { digest: count > 0 ? t('more.set', { count }) : none, wrong: false }
  }
}

function share({ numbers }: ChannelForm) {
  const of = (name: 'priority' | 'weight') => numberFrom(numbers[name]) ?? NUMBERS[name].given
  return { priority: of('priority'), weight: of('weight') }
}

function fieldsOf(name: SectionName, form: ChannelForm): string[] {
  if (name === 'headers') return ['headers', ...form.headers.map(({ id }) => `headers.${id}`)]
  return { share: SHARES, limits: LIMITS, patience: PATIENCES, parameters: ['parameters'] }[name]
}

function countIn(name: SectionName, form: ChannelForm): number {
  if (name === 'headers') return form.headers.filter((row) => row.name.trim() !== '').length
  if (name === 'parameters') return Object.keys(parametersFrom(form.parameters) ?? {}).length
  return (name === 'limits' ? LIMITS : PATIENCES).filter((field) => form.numbers[field].trim() !== '').length
}
