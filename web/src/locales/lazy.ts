/** Words that a page brings with it when it is first opened: the first load stays small. */

export const lazyWords = {
  en: {
    gateway: () => import('./en/gateway.json'),
    models: () => import('./en/models.json'),
    settings: () => import('./en/settings.json'),
    people: () => import('./en/people.json'),
    notifications: () => import('./en/notifications.json'),
    admin: () => import('./en/admin.json'),
  },
  zh: {
    gateway: () => import('./zh/gateway.json'),
    models: () => import('./zh/models.json'),
    settings: () => import('./zh/settings.json'),
    people: () => import('./zh/people.json'),
    notifications: () => import('./zh/notifications.json'),
    admin: () => import('./zh/admin.json'),
  },
}

export type LazyNamespace = keyof (typeof lazyWords)['en']

type Lazy = (typeof lazyWords)['en']

/** Each namespace with its English texts, for the type of a key. */
export type LazyResources = { [Name in LazyNamespace]: Awaited<ReturnType<Lazy[Name]>>['default'] }
