import { DownloadOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { CopyButton } from '@/ui/CopyButton'
import { CodeBlock } from '@/ui/markdown/CodeBlock'
import { saveFile } from '@/ui/saveFile'
import styles from './Columns.module.css'
import { fileOf, MOST_SHOWN, pretty, requestHead, responseBody, responseHead } from './raw'
import type { Run } from './run'

/** What went over the line, both ways. */
export function RawView({ run }: { run: Run | null }) {
  const { t } = useTranslation('playground')
  if (!run) return <p className={styles.quiet}>{t('nothingSent')}</p>
  const save = () => {
    const { name, text } = fileOf(run)
    saveFile(name, new Blob([text], { type: 'application/json' }))
  }
  const body = responseBody(run)
  return (
    <>
      <Side title={t('request')} label={t('copyRequest')} text={`${requestHead(run)}\n\n${run.request.body}`}>
        <Head text={requestHead(run)} />
        <Body text={pretty(run.request.body)} language="json" />
      </Side>
      <Side title={t('response')} label={t('copyResponse')} text={`${responseHead(run)}\n\n${exactBody(run)}`}>
        {run.response ? <Head text={responseHead(run)} /> : <p className={styles.quiet}>{t('noResponse')}</p>}
        {run.response && body === '' && run.status !== 'running' && <p className={styles.quiet}>{t('bodyGone')}</p>}
        {body !== '' && <Body text={body} language={run.isStream ? 'text/event-stream' : 'json'} />}
      </Side>
      <div className={styles.foot}>
        <Button size="small" icon={<DownloadOutlined aria-hidden="true" />} onClick={save}>
          {t('download')}
        </Button>
      </div>
    </>
  )
}

function exactBody({ received, isStream }: Run): string {
  return received.map(({ text }) => (isStream ? `${text}\n\n` : text)).join('')
}

function Side({ title, label, text, children }: { title: string; label: string; text: string; children: ReactNode }) {
  return (
    <article className={styles.side} aria-label={title}>
      <div className={styles.sideHead}>
        <h3 className={styles.heading}>{title}</h3>
        <CopyButton text={text} label={label} />
      </div>
      {children}
    </article>
  )
}

function Head({ text }: { text: string }) {
  return <pre className={styles.rawHead}>{text}</pre>
}

function Body({ text, language }: { text: string; language: string }) {
  const { t } = useTranslation('playground')
  return (
    <>
      <CodeBlock language={language} code={text.slice(0, MOST_SHOWN)} />
      {text.length > MOST_SHOWN && <p className={styles.quiet}>{t('cut')}</p>}
    </>
  )
}
