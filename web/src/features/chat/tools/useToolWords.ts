/** Tools in words and pictures. */
import { useTranslation } from 'react-i18next'
import { knownTool } from './tool'

/** What a tool does, in words; one of somebody else's goes by its own name. */
export function useToolWords(): (name: string) => string {
  const { t } = useTranslation('agents')
  return (name) => {
    const known = knownTool(name)
    return known ? t(`tool.${known}`) : name
  }
}
