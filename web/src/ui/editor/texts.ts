/** Texts open in the editor: each keeps its history, cursor and place while another one is shown. */
import type * as Monaco from 'monaco-editor/editor/editor.api'

interface Wanted {
  id: string
  label: string
  text: string
  language: string
}

export interface TextHandle {
  onChange(listener: (text: string) => void): void
  onSave(listener: () => void): void
  setText(text: string): void
  setReadOnly(readOnly: boolean): void
  showLine(line: number): void
  leave(): void
}

interface Kept {
  model: Monaco.editor.ITextModel
  view: Monaco.editor.ICodeEditorViewState | null
}

const kept = new Map<string, Kept>()

const OPTIONS: Monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontFamily: 'var(--mono)',
  fontSize: 13,
  lineHeight: 20,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  padding: { top: 10, bottom: 10 },
  renderLineHighlight: 'line',
  fixedOverflowWidgets: true,
  wordBasedSuggestions: 'currentDocument',
  'semanticHighlighting.enabled': false,
}

export function openText(monaco: typeof Monaco, place: HTMLElement, wanted: Wanted): TextHandle {
  const { model, view } = kept.get(wanted.id) ?? {
    model: monaco.editor.createModel(wanted.text, wanted.language),
    view: null,
  }
  // On a phone long lines are broken: there is no room to read them otherwise.
  const wordWrap = matchMedia('(max-width: 720px)').matches ? 'on' : 'off'
  const editor = monaco.editor.create(place, { ...OPTIONS, model, wordWrap, ariaLabel: wanted.label })
  if (view) editor.restoreViewState(view)
  const { KeyMod, KeyCode } = monaco
  let quiet = false
  return {
    onChange: (listener) => {
      editor.onDidChangeModelContent(() => {
        if (!quiet) listener(model.getValue())
      })
    },
    onSave: (listener) => {
      editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyS, listener)
    },
    setText: (text) => {
      if (model.getValue() === text) return
      quiet = true
      model.pushStackElement()
      model.pushEditOperations(null, [{ range: model.getFullModelRange(), text }], () => null)
      model.pushStackElement()
      quiet = false
    },
    setReadOnly: (readOnly) => editor.updateOptions({ readOnly }),
    showLine: (line) => {
      editor.revealLineInCenter(line)
      editor.setPosition({ lineNumber: line, column: 1 })
      editor.focus()
    },
    leave: () => {
      kept.set(wanted.id, { model, view: editor.saveViewState() })
      editor.dispose()
    },
  }
}

/** A text that was closed takes no more memory; nor does any whose id begins like this. */
export function forgetTexts(prefix: string): void {
  for (const [id, { model }] of kept) {
    if (!id.startsWith(prefix)) continue
    model.dispose()
    kept.delete(id)
  }
}
