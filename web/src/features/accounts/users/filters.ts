/** Filters of the list of people, as they stand in the address. */
import type { Role, UserState } from '@/api/types'

export const ROLES: Role[] = ['admin', 'member', 'guest']

export const STATES: UserState[] = ['active', 'disabled']

export interface UserFilters {
  search?: string
  role?: Role
  state?: UserState
}

/** Only what the server knows; an address may hold anything. */
export function userFilters(found: { search?: string; role?: string; state?: string }): UserFilters {
  const role = ROLES.find((one) => one === found.role)
  const state = STATES.find((one) => one === found.state)
  return { ...(found.search && { search: found.search }), ...(role && { role }), ...(state && { state }) }
}
