/** The folded parts of a key's form. Pure. */
import { countSet, type LimitProblems, QUOTAS, RATES } from '../limits/limits'
import { addressesOf, callsModels, type KeyForm } from './wish'

export type PartName = 'access' | 'rates' | 'quota' | 'addresses'

/** A key that calls no models has nothing to be said of models. */
export function partsOf(form: KeyForm): PartName[] {
  return callsModels(form) ? ['access', 'rates', 'quota', 'addresses'] : ['addresses']
}

/** How much is set in a part. */
export function setIn(name: PartName, form: KeyForm): number {
  if (name === 'access') return form.models.length + form.endpoints.length
  if (name === 'addresses') return addressesOf(form.addresses).length
  return countSet(form.limits, name === 'rates' ? RATES : QUOTAS)
}

/** Whether something in a part has to be corrected. */
export function partWrong(name: PartName, problems: LimitProblems): boolean {
  if (name === 'rates') return RATES.some((field) => problems.has(field))
  return name === 'quota' && QUOTAS.some((field) => problems.has(field))
}
