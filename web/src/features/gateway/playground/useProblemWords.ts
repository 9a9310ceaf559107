import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import type { Problem } from './problems'

/** What is wrong with a field, in a sentence. */
export function useProblemWords(): (problem: Problem | undefined) => string | null {
  const { t } = useTranslation('playground')
  const format = useFormat()
  return (problem) => {
    if (!problem) return null
    switch (problem.kind) {
      case 'number':
        return t('problems.number', { least: format.count(problem.least), most: format.count(problem.most) })
      case 'whole':
        return t('problems.whole', { least: format.count(problem.least) })
      case 'json':
        return t('problems.json', { line: problem.line, column: problem.column })
      case 'notTool':
        return t('problems.notTool', { place: problem.place })
      default:
        return t(`problems.${problem.kind}`)
    }
  }
}
