/** What a list is narrowed by, kept in the page's address: it can be sent to a colleague and survives a reload. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

export type FilterValues<Name extends string> = { [K in Name]?: string }

/** For a route: keep what has these names. Numbers stay numbers, or the address would put them in quotes. */
export function searchOf<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): FilterValues<Name> => {
    const kept = names.map((name) => [name, search[name]]).filter(([, value]) => isWord(value))
    return Object.fromEntries(kept) as FilterValues<Name>
  }
}

function isWord(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

/** Keep only the texts with these names from an address; anything else is none of ours. */
export function onlyFilters<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): FilterValues<Name> => {
    const kept = names.filter((name) => isWord(search[name])).map((name) => [name, String(search[name])])
    return Object.fromEntries(kept) as FilterValues<Name>
  }
}

export function useFilters<Name extends string>(...names: Name[]) {
  const filters = onlyFilters(...names)(useSearch({ strict: false }) as Record<string, unknown>)
  const navigate = useNavigate()
  const change = useCallback(
    (part: FilterValues<Name>) => {
      const search = (now: Record<string, unknown>) => withoutEmpty({ ...now, ...part })
      // The names are the page's own; the router's types know only whole pages.
      void navigate({ to: '.', search: search as never, replace: true })
    },
    [navigate],
  )
  const isSet = Object.keys(filters).length > 0
  const clear = () => change(Object.fromEntries(names.map((name) => [name, undefined])) as FilterValues<Name>)
  return { filters, change, clear: isSet ? clear : undefined }
}

function withoutEmpty(search: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  return Object.fromEntries(
    kept.map(([name, value]) => [name, String(Number(value)) === value ? Number(value) : value]),
  )
}
