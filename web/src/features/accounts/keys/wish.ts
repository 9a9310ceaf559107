/** What is filled in about a key, and what is sent of it. */
import type { ApiKey, ApiKeyChange, ApiKeyIn, KeyScope } from '@/api/types'
import { changedLimits, type LimitsForm, limitsForm, wantedLimits } from '../limits/limits'

export const SCOPES: KeyScope[] = ['models', 'read', 'write']

/** What a key may be kept to, as the browser says it in words. */
export const ENDPOINTS = [
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/rerank',
  '/v1/moderations',
] as const

export type EndpointPath = (typeof ENDPOINTS)[number]

export type Expiry = 'never' | '7' | '30' | '90' | '365' | 'date'

export const EXPIRIES: Expiry[] = ['never', '7', '30', '90', '365', 'date']

const DAY_MS = 86_400_000

export interface KeyForm {
  name: string
  scopes: KeyScope[]
  expiry: Expiry
  /** A day of the calendar, for the expiry `date`. */
  day: string
  addresses: string
  /** None means all. */
  models: string[]
  endpoints: string[]
  limits: LimitsForm
}

export const newKeyForm: KeyForm = {
  name: '',
  scopes: ['models'],
  expiry: 'never',
  day: '',
  addresses: '',
  models: [],
  endpoints: [],
  limits: limitsForm(null),
}

export function formOf(key: ApiKey): KeyForm {
  return {
    name: key.name,
    scopes: key.scopes,
    expiry: key.expires_at ? 'date' : 'never',
    day: key.expires_at ? dayOf(new Date(key.expires_at)) : '',
    addresses: key.allowed_addresses.join('\n'),
    models: key.models,
    endpoints: key.endpoints,
    limits: limitsForm(key),
  }
}

/** A new key as it is sent; one that calls no models has no limits of calling them. */
export function wantedOf(form: KeyForm, now: Date): ApiKeyIn {
  const { models, endpoints, limits } = callsModels(form) ? form : newKeyForm
  return {
    name: form.name.trim(),
    scopes: form.scopes,
    expires_at: expiresAt(form, now),
    allowed_addresses: addressesOf(form.addresses),
    models,
    endpoints,
    ...wantedLimits(limits),
  }
}

export function callsModels({ scopes }: Pick<KeyForm, 'scopes'>): boolean {
  return scopes.includes('models')
}

/** Names of models out of what people type or paste, without those that are there. */
export function modelsTyped(text: string, known: string[]): string[] {
  const names = text.split(/[\s,，;]+/).filter((name) => name !== '')
  return [...new Set(names)].filter((name) => !known.includes(name))
}

/** Addresses and networks out of what people paste: lines, commas, blanks. */
export function addressesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))]
}

/** The moment a key ends: so many days from now, or at the end of a day here. */
export function expiresAt(form: Pick<KeyForm, 'expiry' | 'day'>, now: Date): string | null {
  if (form.expiry === 'never') return null
  if (form.expiry !== 'date') return new Date(now.getTime() + Number(form.expiry) * DAY_MS).toISOString()
  const [year, month, day] = form.day.split('-').map(Number)
  if (!year || !month || !day) return null
  return new Date(year, month - 1, day, 23, 59, 59).toISOString()
}

/** A day as the browser's own field writes it, in the reader's time. */
export function dayOf(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}

/** What has changed of an existing key; nothing is sent that is as it was. */
export function changesOf(key: ApiKey, form: KeyForm, now: Date): ApiKeyChange {
  const was = formOf(key)
  const addresses = addressesOf(form.addresses)
  return {
    ...(form.name.trim() !== key.name && { name: form.name.trim() }),
    ...((form.expiry !== was.expiry || form.day !== was.day) && { expires_at: expiresAt(form, now) }),
    ...(addresses.join() !== key.allowed_addresses.join() && { allowed_addresses: addresses }),
    ...(!areSame(form.models, key.models) && { models: form.models }),
    ...(!areSame(form.endpoints, key.endpoints) && { endpoints: form.endpoints }),
    ...changedLimits(key, form.limits),
  }
}

function areSame(some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((each) => others.includes(each))
}

export type KeyState = 'good' | 'expired' | 'expires'

const SOON_DAYS = 7

export function stateOf(key: Pick<ApiKey, 'expires_at'>, now: Date): KeyState {
  if (!key.expires_at) return 'good'
  const left = Date.parse(key.expires_at) - now.getTime()
  if (left <= 0) return 'expired'
  return left < SOON_DAYS * DAY_MS ? 'expires' : 'good'
}
