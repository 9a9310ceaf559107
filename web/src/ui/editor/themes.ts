/** The editor in the product's colours; each pair has the contrast that reading needs. */
import type { editor } from 'monaco-editor/editor/editor.api'

export const lightTheme: editor.IStandaloneThemeData = {
  base: 'vs',
  inherit: true,
  rules: [
    { token: 'comment', foreground: '464e57' },
    { token: 'keyword', foreground: '0b4db3' },
    { token: 'string', foreground: '8a2317' },
    { token: 'number', foreground: '0f6245' },
    { token: 'type', foreground: '1f5f78' },
    { token: 'delimiter', foreground: '3d444c' },
  ],
  colors: {
    'editor.background': '#ffffff',
    'editor.foreground': '#1b1f24',
    'editorLineNumber.foreground': '#666e78',
    'editorLineNumber.activeForeground': '#1b1f24',
    'editor.lineHighlightBackground': '#f6f7f9',
    'editor.lineHighlightBorder': '#00000000',
    'editor.selectionBackground': '#cfe0fb',
    'editorCursor.foreground': '#0958d9',
    'editorWidget.background': '#ffffff',
    'editorWidget.border': '#e2e5e9',
    'diffEditor.insertedTextBackground': '#b5e5c344',
    'diffEditor.removedTextBackground': '#fbc9c522',
    focusBorder: '#0958d9',
  },
}

export const darkTheme: editor.IStandaloneThemeData = {
  base: 'vs-dark',
  inherit: true,
  rules: [
    { token: 'comment', foreground: '98a1ab' },
    { token: 'keyword', foreground: '8ab6ff' },
    { token: 'string', foreground: 'f0b48c' },
    { token: 'number', foreground: '8fd6a4' },
    { token: 'type', foreground: '7fd0e6' },
    { token: 'delimiter', foreground: 'c5cad0' },
  ],
  colors: {
    'editor.background': '#15171a',
    'editor.foreground': '#e7e9ec',
    'editorLineNumber.foreground': '#8a939d',
    'editorLineNumber.activeForeground': '#e7e9ec',
    'editor.lineHighlightBackground': '#1a1d21',
    'editor.lineHighlightBorder': '#00000000',
    'editor.selectionBackground': '#234a86',
    'editorCursor.foreground': '#8ab6ff',
    'editorWidget.background': '#1f2328',
    'editorWidget.border': '#2f343b',
    focusBorder: '#8ab6ff',
  },
}
