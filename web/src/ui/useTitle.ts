import { useEffect } from 'react'

/** The name of the browser's tab: what is open, then the product. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} · Guildhall` : 'Guildhall'
    return () => {
      document.title = 'Guildhall'
    }
  }, [title])
}
