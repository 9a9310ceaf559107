import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '@/ui/markdown/CodeBlock'
import { Segments } from '@/ui/Segments'
import styles from './Columns.module.css'
import { curlCode } from './code/curl'
import { javascriptCode } from './code/javascript'
import { pythonCode } from './code/python'
import type { ModelRequest } from './request'

const LANGUAGES = [
  { value: 'curl', label: 'curl', shown: 'bash', write: curlCode },
  { value: 'python', label: 'Python', shown: 'python', write: pythonCode },
  { value: 'javascript', label: 'JavaScript', shown: 'javascript', write: javascriptCode },
] as const

interface CodeViewProps {
  /** Null while something in it is wrong. */
  request: ModelRequest | null
  isGuest: boolean
}

/** The same request as a program, as the draft stands now. */
export function CodeView({ request, isGuest }: CodeViewProps) {
  const { t } = useTranslation('playground')
  const [chosen, setChosen] = useState<(typeof LANGUAGES)[number]['value']>('curl')
  const language = LANGUAGES.find(({ value }) => value === chosen) ?? LANGUAGES[0]
  if (!request) return <p className={styles.quiet}>{t('mend')}</p>
  return (
    <>
      <Segments
        label={t('language')}
        value={chosen}
        options={LANGUAGES.map(({ value, label }) => ({ value, label }))}
        onChange={setChosen}
      />
      <p className={styles.quiet}>
        {t('keyHint')} {!isGuest && <Link to="/settings/keys">{t('makeKey')}</Link>}
      </p>
      <CodeBlock language={language.shown} code={language.write(location.origin, request)} />
    </>
  )
}
