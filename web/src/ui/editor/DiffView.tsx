import { useEffect, useRef, useState } from 'react'
import { ErrorNotice } from '../ErrorNotice'
import { useMedia } from '../useMedia'
import styles from './Editor.module.css'
import { languageOf } from './languages'
import { loadMonaco } from './load'

interface DiffViewProps {
  label: string
  /** A file's name, which says its language. */
  path: string
  before: string
  after: string
}

/** A comparison that is under way throws when its texts go first, even if nobody waits for it. */
const COMPARING_MS = 5000

/** What is different between two texts: side by side where there is room, else one below the other. */
export function DiffView({ label, path, before, after }: DiffViewProps) {
  const place = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState<unknown>(null)
  const wide = useMedia('(min-width: 960px)')
  useEffect(() => {
    if (failed) return
    let left = false
    let end = () => {}
    loadMonaco().then(
      (monaco) => {
        if (left || !place.current) return
        const language = languageOf(path)
        const original = monaco.editor.createModel(before, language)
        const modified = monaco.editor.createModel(after, language)
        const editor = monaco.editor.createDiffEditor(place.current, {
          automaticLayout: true,
          readOnly: true,
          originalEditable: false,
          renderSideBySide: wide,
          hideUnchangedRegions: { enabled: true },
          minimap: { enabled: false },
          scrollBeyondLastLine: false,
          fontFamily: 'var(--mono)',
          fontSize: 13,
          lineHeight: 20,
          renderOverviewRuler: false,
          fixedOverflowWidgets: true,
        })
        editor.setModel({ original, modified })
        // The diff editor's own options for this reach neither side.
        for (const side of [editor.getOriginalEditor(), editor.getModifiedEditor()])
          side.updateOptions({ ariaLabel: label })
        end = () => {
          editor.dispose()
          setTimeout(() => {
            original.dispose()
            modified.dispose()
          }, COMPARING_MS)
        }
      },
      (thrown: unknown) => setFailed(thrown),
    )
    return () => {
      left = true
      end()
    }
  }, [label, path, before, after, wide, failed])
  return (
    <div className={styles.frame}>
      {failed ? (
        <ErrorNotice error={failed} onRetry={() => setFailed(null)} />
      ) : (
        <div ref={place} className={styles.editor} />
      )}
    </div>
  )
}
