import { useEffect } from 'react'

let opened: string | null = null
let told = ''

/** The name of the browser's tab: what is open, then the product. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    opened = title
    show()
    return () => {
      opened = null
      show()
    }
  }, [title])
}

/** What stands before the name of the tab while something needs the person, such as `(1)`; empty when nothing does. */
export function useTitleMark(mark: string): void {
  useEffect(() => {
    told = mark
    show()
    return () => {
      told = ''
      show()
    }
  }, [mark])
}

function show(): void {
  const name = opened ? `${opened} · Guildhall` : 'Guildhall'
  document.title = told === '' ? name : `${told} ${name}`
}
