import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RetentionKind } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { useFormat } from '@/ui/format'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import { daysTyped, GIGABYTE, gigabytesTyped, MOST_DAYS, MOST_GIGABYTES } from './days'
import { keepFor, previewQuery } from './queries'
import styles from './Retention.module.css'
import { useKindWords } from './words'

const USUAL_DAYS = 90

/** For how long one kind is kept, with what the next run would remove. */
export function KeepDialog({ kind, onClose }: { kind: RetentionKind; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const words = useKindWords()
  const [limit, setLimit] = useState<'days' | 'forEver'>(kind.days === null ? 'forEver' : 'days')
  const [typed, setTyped] = useState(String(kind.days ?? kind.default_days ?? USUAL_DAYS))
  const [sizeTyped, setSizeTyped] = useState(kind.most_bytes === null ? '' : String(kind.most_bytes / GIGABYTE))
  const hasSize = kind.kind === 'calls'
  const size = hasSize ? gigabytesTyped(sizeTyped) : null
  const days = limit === 'days' ? daysTyped(typed) : null
  const isWrong = (limit === 'days' && days === null) || size === undefined
  const title = words.title(kind.kind)
  return (
    <ConfirmDialog
      title={t('retention.changeOf', { kind: title })}
      action={t('save')}
      disabled={isWrong}
      onConfirm={() => keepFor(kind.kind, days, hasSize ? size : undefined)}
      onDone={() => toast(t('retention.saved', { kind: title }))}
      onClose={onClose}
    >
      <p>{words.text(kind.kind, kind.description)}</p>
      <Segments
        label={t('retention.kept')}
        value={limit}
        options={[
          { value: 'days', label: t('retention.forDays') },
          { value: 'forEver', label: t('retention.forEver') },
        ]}
        onChange={setLimit}
      />
      {limit === 'days' && (
        <Field
          label={t('retention.daysLabel')}
          hint={t('retention.default', { days: words.days(kind.default_days) })}
          error={days === null ? t('retention.daysWrong', { limit: MOST_DAYS }) : null}
        >
          {(attributes) => (
            <Input
              {...attributes}
              className={styles.short}
              inputMode="numeric"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      )}
      {hasSize && <SizeField value={sizeTyped} isWrong={size === undefined} onChange={setSizeTyped} />}
      {!isWrong && (days !== null || hasSize) && <Preview kind={kind.kind} days={days} size={size} />}
    </ConfirmDialog>
  )
}

interface SizeFieldProps {
  value: string
  isWrong: boolean
  onChange: (value: string) => void
}

function SizeField({ value, isWrong, onChange }: SizeFieldProps) {
  const { t } = useTranslation('admin')
  return (
    <Field
      label={t('retention.sizeLabel')}
      hint={t('retention.sizeHint')}
      error={isWrong ? t('retention.sizeWrong', { limit: MOST_GIGABYTES }) : null}
    >
      {(attributes) => (
        <Input
          {...attributes}
          className={styles.short}
          inputMode="decimal"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function Preview({ kind, days, size }: { kind: string; days: number | null; size: number | null }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const preview = useQuery(previewQuery(kind, days, size))
  if (preview.isError) return <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />
  if (preview.isPending) return <p className={styles.preview}>{t('retention.counting')}</p>
  const { rows, bytes, oldest } = preview.data
  return (
    <p className={rows > 0 ? styles.loses : styles.preview} role="status">
      {rows === 0
        ? t('retention.removesNothing')
        : t('retention.removes', { rows: format.count(rows), size: format.bytes(bytes) })}{' '}
      {rows > 0 && oldest && (
        <>
          {t('retention.oldestOfThem')} <Time at={oldest} withClock />
        </>
      )}
    </p>
  )
}
