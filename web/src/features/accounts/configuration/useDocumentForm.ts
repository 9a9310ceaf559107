/** What is being typed into a document's form, and what of it is wrong. */
import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { asApiError } from '@/api/errors'
import type { ConfigurationDocument } from '@/api/types'
import { type FormField, fieldsOf, type Problem, problemOf, typed, type Values, wantedOf } from './fields'
import { changeDocument, readDocument } from './queries'

type Typed = Record<string, string | boolean>

export function useDocumentForm(document: ConfigurationDocument, onSaved: () => void) {
  const fields = useMemo(() => fieldsOf(document.schema, document.secrets), [document])
  const [base, setBase] = useState(document)
  const [now, setNow] = useState<Typed>(() => asTyped(fields, document.value))
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set())
  /** What somebody else has stored since this form was opened. */
  const [theirs, setTheirs] = useState<ConfigurationDocument | null>(null)
  const save = useMutation({
    mutationFn: (revision: number) => changeDocument(document.name, revision, valuesFrom(fields, now, removed)),
    onSuccess: (stored) => {
      begin(stored)
      onSaved()
    },
    onError: async (thrown) => {
      if (asApiError(thrown).code === 'configuration_changed') setTheirs(await readDocument(document.name))
    },
  })
  const begin = (stored: ConfigurationDocument) => {
    setBase(stored)
    setNow(asTyped(fields, stored.value))
    setRemoved(new Set())
    setTheirs(null)
  }
  return {
    fields,
    base,
    now,
    removed,
    theirs,
    save,
    problems: problemsOf(fields, now),
    said: saidByServer(save.error),
    edited: removed.size > 0 || JSON.stringify(now) !== JSON.stringify(asTyped(fields, base.value)),
    begin,
    type: (name: string, value: string | boolean) => setNow((before) => ({ ...before, [name]: value })),
    remove: (name: string, away: boolean) => setRemoved((before) => withOrWithout(before, name, away)),
  }
}

export type DocumentForm = ReturnType<typeof useDocumentForm>

function asTyped(fields: FormField[], values: Values): Typed {
  return Object.fromEntries(fields.map((field) => [field.name, typed(field, values[field.name])]))
}

/** A secret that was left alone is not sent; one to be taken away is sent empty. */
function valuesFrom(fields: FormField[], now: Typed, removed: ReadonlySet<string>): Values {
  const sent = fields.filter((field) => field.kind !== 'secret' || now[field.name] !== '' || removed.has(field.name))
  return Object.fromEntries(
    sent.map((field) => [field.name, removed.has(field.name) ? '' : wantedOf(field, now[field.name] ?? '')]),
  )
}

function problemsOf(fields: FormField[], now: Typed): Map<string, Problem> {
  const found = fields.flatMap((field) => {
    const problem = problemOf(field, now[field.name] ?? '')
    return problem ? [[field.name, problem] as const] : []
  })
  return new Map(found)
}

/** The server's own words on single fields. */
function saidByServer(thrown: unknown): Map<string, string> {
  return new Map(
    thrown ? asApiError(thrown).fields.map(({ field, message }) => [field.split('.')[0] ?? field, message]) : [],
  )
}

function withOrWithout(names: ReadonlySet<string>, name: string, present: boolean): ReadonlySet<string> {
  const next = new Set(names)
  if (present) next.add(name)
  else next.delete(name)
  return next
}
