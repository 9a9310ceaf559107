import { useMutation } from '@tanstack/react-query'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { CopyButton } from '@/ui/CopyButton'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useFormat } from '@/ui/format'
import { Section } from '@/ui/Section'
import styles from './Calls.module.css'
import { laidOut } from './laidOut'
import { fetchBodies } from './queries'

const KINDS = { json: 'words.json', stream: 'words.stream', text: 'words.plain' } as const

/** Prompt and answer, shown when somebody asks: the audit log keeps that they did. */
export function Bodies({ callId, kept }: { callId: string; kept: boolean }) {
  const { t } = useTranslation('calls')
  const bodies = useMutation({ mutationFn: () => fetchBodies(callId) })
  return (
    <Section title={t('words.title')} text={t(kept ? 'words.text' : 'words.none')}>
      {kept && !bodies.data && (
        <div>
          <Button loading={bodies.isPending} onClick={() => bodies.mutate()}>
            {t('words.show')}
          </Button>
        </div>
      )}
      {bodies.isError && <ErrorNotice error={bodies.error} />}
      {bodies.data && (
        <>
          {bodies.data.masked && <p className={styles.soft}>{t('words.masked')}</p>}
          <Body
            title={t('words.request')}
            body={bodies.data.request}
            bytes={bodies.data.request_bytes}
            kept={bodies.data.request_kept}
          />
          <Body
            title={t('words.answer')}
            body={bodies.data.answer}
            bytes={bodies.data.answer_bytes}
            kept={bodies.data.answer_kept}
          />
        </>
      )}
    </Section>
  )
}

interface BodyProps {
  title: string
  body: string
  bytes: number
  /** Of these, as many were kept. */
  kept: number
}

function Body({ title, body, bytes, kept }: BodyProps) {
  const { t } = useTranslation('calls')
  const format = useFormat()
  const id = useId()
  const { kind, text } = laidOut(body)
  return (
    <div className={styles.words}>
      <div className={styles.wordsHead}>
        <strong id={id}>{title}</strong>
        <span className={styles.soft}>
          {t(KINDS[kind])}, {format.bytes(bytes)}
          {kept < bytes && ` · ${t('words.cut', { size: format.bytes(kept) })}`}
        </span>
        <CopyButton text={body} label={t('words.copy', { title })} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-labelledby={id} className={styles.scroll}>
        <pre>{text || t('words.empty')}</pre>
      </section>
    </div>
  )
}
