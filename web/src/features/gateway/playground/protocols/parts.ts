/** What the bodies of all protocols are made of. Pure. */
import { type Draft, isEmpty, type Line, type Settings } from '../draft'
import { isObject, type Json, readJson } from '../json'
import { hasField, type NumberName, numberFrom } from '../problems'
import { toolFor } from '../tools'

/** The object without what was not said. */
export function said(fields: Record<string, Json | undefined>): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined))
}

export function number({ protocol, settings }: Draft, name: NumberName): number | undefined {
  return hasField(protocol, name) ? (numberFrom(settings[name]) ?? undefined) : undefined
}

export function stops({ settings }: Draft): string[] | undefined {
  const lines = settings.stop.split('\n').filter((line) => line !== '')
  return lines.length > 0 ? lines : undefined
}

export function tools({ protocol, settings }: Draft): Json[] | undefined {
  const read = readJson(settings.tools || '[]')
  const list = read.isGood && Array.isArray(read.value) ? read.value : []
  return list.length > 0 ? list.map((tool) => toolFor(protocol, tool)) : undefined
}

export function schema({ settings }: Draft): Record<string, Json> {
  const read = readJson(settings.schema)
  return read.isGood && isObject(read.value) ? read.value : {}
}

export function choice({ settings }: Draft): Settings['toolChoice'] | undefined {
  return settings.toolChoice || undefined
}

/** The lines that say something. */
export function spoken({ lines }: Draft): Line[] {
  return lines.filter((line) => !isEmpty(line))
}

export function system(draft: Draft): string | undefined {
  return draft.system.trim() === '' ? undefined : draft.system
}
