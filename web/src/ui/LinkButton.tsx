import { createLink } from '@tanstack/react-router'
import type { ReactNode, Ref } from 'react'
import { ButtonAnchor } from './Button'

interface PageLinkProps {
  href?: string
  primary?: boolean
  icon?: ReactNode
  children?: ReactNode
  ref?: Ref<HTMLAnchorElement>
}

/** A way to another page that looks like a button. */
export const LinkButton = createLink(function PageLink({ href = '', primary, ...rest }: PageLinkProps) {
  return <ButtonAnchor {...rest} href={href} type={primary ? 'primary' : 'default'} />
})
