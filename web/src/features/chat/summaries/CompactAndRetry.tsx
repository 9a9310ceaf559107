import { CompressOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { Button } from '@/ui/Button'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { compact } from './summaries'

/** The way on for an answer that found no room: what was said before is summed up, and the question asked again. */
export function CompactAndRetry({ message }: { message: Message }) {
  const { t } = useTranslation('branches')
  const words = useErrorText()
  const begin = () => compact(message.session_id, { retryId: message.id })
  return (
    <Button
      size="small"
      type="primary"
      icon={<CompressOutlined aria-hidden="true" />}
      onClick={() => void begin().catch((thrown) => toast(words(thrown)))}
    >
      {t('summary.retry')}
    </Button>
  )
}
