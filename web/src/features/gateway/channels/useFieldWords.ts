import { useTranslation } from 'react-i18next'
import type { Problem } from './problems'
import type { ChannelEditing } from './useChannelEditor'

/** What is wrong with a field of the form, in words: ours, else the server's. */
export type FieldWords = (field: string) => string | null

export function useFieldWords({ problems, said }: Pick<ChannelEditing, 'problems' | 'said'>): FieldWords {
  const { t } = useTranslation('gateway')
  const text = ({ key, values }: Problem) => t(`problem.${key}`, { least: 0, most: 0, line: 0, ...values })
  return (field) => {
    const problem = problems.get(field)
    return problem ? text(problem) : (said.get(field) ?? null)
  }
}
