import { useEffect, useRef, useState } from 'react'
import { ErrorNotice } from '../ErrorNotice'
import styles from './Editor.module.css'
import { languageOf } from './languages'
import { loadMonaco } from './load'
import { openText, type TextHandle } from './texts'

interface CodeEditorProps {
  /** What is edited, for those who do not see it. */
  label: string
  /** Names the text in this tab: the same id shows it again as it was left, with what can be undone. */
  id: string
  /** A file's name, which says its language. */
  path: string
  text: string
  readOnly?: boolean
  /** A line to show first, from 1. */
  line?: number | undefined
  onChange: (text: string) => void
  onSave: () => void
}

/** One text to write in. It follows `text` when that is changed from outside, and keeps the cursor where it was. */
export function CodeEditor(props: CodeEditorProps) {
  const { place, failed, retry } = useEditor(props)
  return (
    <div className={styles.frame}>
      {failed ? <ErrorNotice error={failed} onRetry={retry} /> : <div ref={place} className={styles.editor} />}
    </div>
  )
}

function useEditor(props: CodeEditorProps) {
  const { id, text, line, readOnly = false } = props
  const place = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  const [handle, setHandle] = useState<TextHandle | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  useEffect(() => {
    latest.current = props
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another id is another text; asked again after a failure
  useEffect(() => {
    let mine: TextHandle | null = null
    let left = false
    loadMonaco().then(
      (monaco) => {
        if (left || !place.current) return
        const { label, path } = latest.current
        mine = openText(monaco, place.current, { id, label, text: latest.current.text, language: languageOf(path) })
        mine.onChange((now) => latest.current.onChange(now))
        mine.onSave(() => latest.current.onSave())
        setHandle(mine)
      },
      (thrown: unknown) => setFailed(thrown),
    )
    return () => {
      left = true
      mine?.leave()
      setHandle(null)
    }
  }, [id, failed])
  useEffect(() => handle?.setReadOnly(readOnly), [handle, readOnly])
  useEffect(() => handle?.setText(text), [handle, text])
  useEffect(() => {
    if (line !== undefined) handle?.showLine(line)
  }, [handle, line])
  return { place, failed, retry: () => setFailed(null) }
}
