import 'react'

declare module 'react' {
  interface CSSProperties {
    [variable: `--${string}`]: string | number | undefined
  }

  interface InputHTMLAttributes<T> {
    /** Choose a whole folder: every browser knows it under this name. */
    webkitdirectory?: T extends HTMLInputElement ? string : never
  }
}
