import { useTranslation } from 'react-i18next'
import type { ChannelTest } from '@/api/types'
import { codeText } from '@/ui/errorText'

/** Why a test failed, in plain words of the reader's language. */
export function useTestWords(): (result: ChannelTest) => string {
  const { t, i18n } = useTranslation('gateway')
  return ({ code, message }) => {
    const probed = `gateway:probe.${code}`
    return i18n.exists(probed) ? t(probed as never) : codeText(i18n, code, message)
  }
}
