import { DownloadOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BackLink } from '@/ui/BackLink'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Section } from '@/ui/Section'
import { Segments } from '@/ui/Segments'
import { saveFile } from '@/ui/saveFile'
import { ImportSection } from './ImportSection'
import styles from './Prices.module.css'
import { type Extent, exportPrices, type FileFormat, moneyQuery } from './queries'

/** Prices as files: take them along, edit them in a spreadsheet, bring them back. */
export function PricesPage() {
  const { t } = useTranslation('models')
  return (
    <Page title={t('files.title')} text={t('files.text')}>
      <BackLink to="/gateway/models">{t('title')}</BackLink>
      <MoneySection />
      <ExportSection />
      <ImportSection />
    </Page>
  )
}

function MoneySection() {
  const { t } = useTranslation('models')
  const money = useQuery(moneyQuery)
  const { currency, perUsd } = money.data ?? { currency: '…', perUsd: null }
  const key = currency === 'USD' ? 'dollars' : perUsd === null ? 'noRate' : 'rate'
  return (
    <Section
      title={t('files.money')}
      actions={
        <Link to="/admin/configuration/$name" params={{ name: 'money' }}>
          {t('files.moneyChange')}
        </Link>
      }
    >
      {money.isError && <ErrorNotice error={money.error} onRetry={() => void money.refetch()} />}
      {money.data && <p>{t(`files.${key}`, { currency, rate: perUsd ?? '' })}</p>}
    </Section>
  )
}

function ExportSection() {
  const { t } = useTranslation('models')
  const [which, setWhich] = useState<Extent>('current')
  const download = useMutation({
    mutationFn: async (format: FileFormat) => saveFile(`prices.${format}`, await exportPrices(format, which)),
  })
  return (
    <Section title={t('files.export')} text={t(`files.extentText.${which}`)}>
      <Segments
        label={t('files.extent')}
        value={which}
        options={(['current', 'own'] as const).map((value) => ({ value, label: t(`files.extents.${value}`) }))}
        onChange={setWhich}
      />
      {download.isError && <ErrorNotice error={download.error} />}
      <div className={styles.start}>
        {(['csv', 'json'] as const).map((format) => (
          <Button
            key={format}
            icon={<DownloadOutlined aria-hidden="true" />}
            loading={download.isPending && download.variables === format}
            onClick={() => download.mutate(format)}
          >
            {t(`files.as.${format}`)}
          </Button>
        ))}
      </div>
    </Section>
  )
}
