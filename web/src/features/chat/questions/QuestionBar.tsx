import { QuestionCircleOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Question } from '@/api/types'
import { Button } from '@/ui/Button'
import card from '../permissions/PermissionCard.module.css'
import { showCard, useInSight } from '../permissions/sight'
import { cardId } from '../permissions/waiting'

/** Above the composer while the card that asks is out of sight: what is asked, and the way to it. */
export function QuestionBar({ question }: { question: Question }) {
  const { t } = useTranslation('agents')
  const inSight = useInSight(cardId(question))
  if (inSight) return null
  return (
    <section className={card.bar} aria-label={t('question.label')}>
      <QuestionCircleOutlined aria-hidden="true" />
      <span className={card.asked}>{t('question.bar', { text: question.items[0]?.text })}</span>
      <Button size="small" type="primary" onClick={() => showCard(cardId(question))}>
        {t('barShow')}
      </Button>
    </section>
  )
}
