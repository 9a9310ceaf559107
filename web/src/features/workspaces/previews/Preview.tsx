import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '@/ui/markdown/CodeBlock'
import { Markdown } from '@/ui/markdown/Markdown'
import { nameOf } from '../paths'
import { tableFrom } from './csv'
import { previewOf } from './kind'
import { type Cell, notebookFrom, type Output } from './notebook'
import { Picture } from './PicturePreview'
import styles from './Preview.module.css'

/** A text as it is meant to be looked at; it shows what is written, saved or not. */
export function Preview({ path, text }: { path: string; text: string }) {
  const { t } = useTranslation('workspaces')
  switch (previewOf(path)) {
    case 'markdown':
      return (
        <div className={styles.page}>
          <Markdown text={text} />
        </div>
      )
    case 'csv':
      return <Table path={path} text={text} />
    case 'notebook':
      return <Cells text={text} />
    case 'image':
      return <Picture path={path} content={text} />
    case 'html':
      // Nothing in it runs, and it has no origin: only its own look is shown.
      return (
        <iframe className={styles.frame} sandbox="" srcDoc={text} title={t('preview.of', { name: nameOf(path) })} />
      )
    default:
      return <pre className={styles.page}>{text}</pre>
  }
}

const MOST_ROWS = 1_000

function Table({ path, text }: { path: string; text: string }) {
  const { t } = useTranslation('workspaces')
  const table = useMemo(() => tableFrom(text, MOST_ROWS), [text])
  const key = (values: string[], index: number) => `${index} ${values[index]}`
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.scroll} aria-label={t('preview.of', { name: nameOf(path) })} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            {table.header.map((title, index) => (
              <th key={key(table.header, index)} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, number) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place
            <tr key={number}>
              {row.map((value, index) => (
                <td key={key(row, index)}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.left > 0 && <p className={styles.note}>{t('preview.left', { count: table.left })}</p>}
    </section>
  )
}

function Cells({ text }: { text: string }) {
  const { t } = useTranslation('workspaces')
  const notebook = useMemo(() => notebookFrom(text), [text])
  if (!notebook) return <p className={styles.note}>{t('preview.noNotebook')}</p>
  return (
    <div className={styles.page}>
      {notebook.cells.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells have no name but their place
        <OneCell key={index} cell={cell} language={notebook.language} />
      ))}
    </div>
  )
}

function OneCell({ cell, language }: { cell: Cell; language: string }) {
  if (cell.kind === 'markdown') return <Markdown text={cell.text} />
  if (cell.kind === 'raw') return <pre className={styles.output}>{cell.text}</pre>
  return (
    <div className={styles.cell}>
      <span className={styles.count}>[{cell.count ?? ' '}]</span>
      <div>
        <CodeBlock code={cell.text} language={language} />
        {cell.outputs.map((output, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: outputs have no name but their place
          <OneOutput key={index} output={output} />
        ))}
      </div>
    </div>
  )
}

function OneOutput({ output }: { output: Output }) {
  const { t } = useTranslation('workspaces')
  if (output.kind === 'image') {
    return <img className={styles.plot} src={`data:${output.type};base64,${output.base64}`} alt={t('preview.plot')} />
  }
  return <pre className={output.kind === 'error' ? styles.failed : styles.output}>{output.text}</pre>
}
