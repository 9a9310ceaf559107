import { ArrowDownOutlined, ArrowUpOutlined, MinusOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { useFormat } from '@/ui/format'
import styles from './Statistics.module.css'
import type { Trend } from './trend'

const ARROWS = { up: ArrowUpOutlined, down: ArrowDownOutlined, same: MinusOutlined }

/** More or less than in the period before; colours say whether that is welcome, words say the rest. */
export function TrendMark({ trend }: { trend: Trend | null }) {
  const { t } = useTranslation('statistics')
  const format = useFormat()
  if (trend === null) return null
  const Arrow = ARROWS[trend.direction]
  const share = trend.share === null ? null : format.percent(Math.abs(trend.share))
  const words = share === null ? t('trend.fromNothing') : t(`trend.${trend.direction}`, { share })
  return (
    <span className={`${styles.trend} ${styles[trend.tone]}`} title={words} data-tone={trend.tone}>
      <Arrow aria-hidden="true" />
      <span aria-hidden="true">{share ?? t('trend.new')}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  )
}
