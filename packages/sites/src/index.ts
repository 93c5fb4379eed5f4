export type { Binding, Decision, Lifetime, SiteContext, SiteKind } from './site.ts'
export type { Edit, ModuleSource } from './module-source.ts'
