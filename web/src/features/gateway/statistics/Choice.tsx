import type { ComponentProps } from 'react'
import { Segments } from '@/ui/Segments'
import { Select } from '@/ui/Select'
import { useIsPhone } from '@/ui/useMedia'

/** One of several, all in sight where there is room. */
export function Choice<Value extends string>(props: ComponentProps<typeof Segments<Value>>) {
  return useIsPhone() ? <Select {...props} /> : <Segments {...props} />
}
