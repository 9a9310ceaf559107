import { createContext } from 'react'

/** Opens what stands at the side of a page; null where it is in sight already. */
export const OpenSide = createContext<(() => void) | null>(null)
