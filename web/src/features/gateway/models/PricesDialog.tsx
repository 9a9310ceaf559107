import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelPrices, Price } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import styles from './Models.module.css'
import { PriceForm } from './PriceForm'
import { pricesQuery } from './queries'
import { RatesList } from './RatesList'

/** What a model costs, cost and will cost; a new price takes the place of the old one, from its moment on. */
export function PricesDialog({ model, onClose }: { model: string; onClose: () => void }) {
  const { t } = useTranslation(['models', 'common'])
  const prices = useQuery(pricesQuery(model))
  const [adding, setAdding] = useState(false)
  return (
    <Dialog title={t(adding ? 'newPriceTitle' : 'pricesTitle', { name: model })} onClose={onClose}>
      {prices.isPending && <Skeleton />}
      {prices.isError && <ErrorNotice error={prices.error} onRetry={() => void prices.refetch()} />}
      {prices.data && adding && (
        <PriceForm model={model} current={prices.data.current} onDone={() => setAdding(false)} />
      )}
      {prices.data && !adding && (
        <>
          <History prices={prices.data} />
          <div className={styles.buttons}>
            <Button onClick={onClose}>{t('common:close')}</Button>
            <Button type="primary" onClick={() => setAdding(true)}>
              {t('newPrice')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}

function History({ prices: { current, history } }: { prices: ModelPrices }) {
  const { t } = useTranslation('models')
  const isListed = current?.source === 'seed'
  if (current?.source === 'simulator' && history.length === 0) return <p>{t('freePrice')}</p>
  if (!current && history.length === 0) return <p>{t('noPrice')}</p>
  return (
    <ul className={styles.history} aria-label={t('history')}>
      {isListed && current && (
        <li>
          <p className={styles.tags}>
            <strong>{t('listPrice')}</strong> <Tag tone="good">{t('now')}</Tag>
          </p>
          <RatesList rates={current.rates} currency={current.currency} />
        </li>
      )}
      {history.map((price) => (
        <Past key={price.id} price={price} isNow={price.id === current?.id} />
      ))}
    </ul>
  )
}

function Past({ price, isNow }: { price: Price; isNow: boolean }) {
  const { t } = useTranslation('models')
  const since = price.since ?? price.created_at
  return (
    <li>
      <p className={styles.tags}>
        <strong>
          {t('from')} <Time at={since} withClock />
        </strong>{' '}
        {isNow && <Tag tone="good">{t('now')}</Tag>}
        {Date.parse(since) > Date.now() && <Tag tone="accent">{t('planned')}</Tag>}
        {price.source === 'imported' && <Tag>{t('imported')}</Tag>}
      </p>
      <RatesList rates={price.rates} currency={price.currency} />
    </li>
  )
}
