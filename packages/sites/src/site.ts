/** What a site does with PrismaClient. */
export type SiteKind = 'new' | 'extends' | 'wrapper' | 're-export'

/** How the constructor got its name in the module. */
export type Binding =
  | 'named'
  | 'default'
  | 'namespace'
  | 'require'
  | 'require-destructure'
  | 'import-equals'
  | 'dynamic-import'
  | 're-export'
  | 'wrapper'
  | 'subclass'

/** Where the code of a site runs. */
export type SiteContext =
  | 'api-route'
  | 'auth-handler'
  | 'page'
  | 'server-action'
  | 'middleware'
  | 'webhook'
  | 'worker'
  | 'script'
  | 'seed'
  | 'test'
  | 'edge'
  | 'server'
  | 'library'
  | 'shared-module'
  | 'template'

/** How long a client of this site lives, and so how many there can be. */
export type Lifetime = 'process' | 'call' | 'object' | 'run' | 'none'

export type Decision = 'rewrite' | 'keep' | 'review'
