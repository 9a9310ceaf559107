import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../CopyButton'
import styles from './CodeBlock.module.css'

interface CodeBlockProps {
  code: string
  language: string
  /** False while the code is still being written: it is shown plain until then. */
  complete?: boolean
}

const LONGEST_HIGHLIGHTED = 40_000

/** Code with its language, a copy button, and colours once it is complete. */
export function CodeBlock({ code, language, complete = true }: CodeBlockProps) {
  const { t } = useTranslation()
  const name = language.trim().split(/\s/)[0] ?? ''
  const { data: lines } = useQuery({
    queryKey: ['highlight', name, code],
    queryFn: async () => (await import('./highlight')).highlight(code, name),
    enabled: complete && name !== '' && code.length < LONGEST_HIGHLIGHTED,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    structuralSharing: false,
  })
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span>{name || t('code')}</span>
        <CopyButton text={code} label={t('copyCode')} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll sideways, also by keyboard */}
      <pre className={styles.pre} tabIndex={0}>
        <code>
          {lines
            ? // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text never move
              lines.map((line, index) => <Line key={index} line={line} last={index === lines.length - 1} />)
            : code}
        </code>
      </pre>
    </figure>
  )
}

interface Piece {
  text: string
  light: string
  dark: string
}

function Line({ line, last }: { line: Piece[]; last: boolean }) {
  return (
    <>
      {line.map((piece, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line never move
          key={index}
          className={styles.piece}
          style={{ '--light': piece.light, '--dark': piece.dark }}
        >
          {piece.text}
        </span>
      ))}
      {last ? '' : '\n'}
    </>
  )
}
