/** Words that a page brings with it when it is first opened: the first load stays small. */

export const lazyWords = {
  en: {
    gateway: () => import('./en/gateway.json'),
    branches: () => import('./en/branches.json'),
    manner: () => import('./en/manner.json'),
    models: () => import('./en/models.json'),
    calls: () => import('./en/calls.json'),
    statistics: () => import('./en/statistics.json'),
    playground: () => import('./en/playground.json'),
    prompts: () => import('./en/prompts.json'),
    settings: () => import('./en/settings.json'),
    limits: () => import('./en/limits.json'),
    mcp: () => import('./en/mcp.json'),
    people: () => import('./en/people.json'),
    notifications: () => import('./en/notifications.json'),
    admin: () => import('./en/admin.json'),
    agents: () => import('./en/agents.json'),
    attachments: () => import('./en/attachments.json'),
    search: () => import('./en/search.json'),
    sessions: () => import('./en/sessions.json'),
    turns: () => import('./en/turns.json'),
    workspaces: () => import('./en/workspaces.json'),
  },
  zh: {
    gateway: () => import('./zh/gateway.json'),
    branches: () => import('./zh/branches.json'),
    manner: () => import('./zh/manner.json'),
    models: () => import('./zh/models.json'),
    calls: () => import('./zh/calls.json'),
    statistics: () => import('./zh/statistics.json'),
    playground: () => import('./zh/playground.json'),
    prompts: () => import('./zh/prompts.json'),
    settings: () => import('./zh/settings.json'),
    limits: () => import('./zh/limits.json'),
    mcp: () => import('./zh/mcp.json'),
    people: () => import('./zh/people.json'),
    notifications: () => import('./zh/notifications.json'),
    admin: () => import('./zh/admin.json'),
    agents: () => import('./zh/agents.json'),
    attachments: () => import('./zh/attachments.json'),
    search: () => import('./zh/search.json'),
    sessions: () => import('./zh/sessions.json'),
    turns: () => import('./zh/turns.json'),
    workspaces: () => import('./zh/workspaces.json'),
  },
}

export type LazyNamespace = keyof (typeof lazyWords)['en']

type Lazy = (typeof lazyWords)['en']

/** Each namespace with its English texts, for the type of a key. */
export type LazyResources = { [Name in LazyNamespace]: Awaited<ReturnType<Lazy[Name]>>['default'] }
