/** A page, fetched when it is first opened, together with the words it says. */
import { lazyRouteComponent } from '@tanstack/react-router'
import { type LazyNamespace, loadWords } from '@/locales'

type Pages = Record<string, () => unknown>

export function page<Module extends Pages, Name extends keyof Module>(
  load: () => Promise<Module>,
  name: Name,
  ...words: LazyNamespace[]
) {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), loadWords(...words)])
    return module
  }, name)
}
