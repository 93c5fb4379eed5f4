export { contextOf, hasEnd, keepsRunning } from './context.ts'
export { decide, type SiteFacts, type Verdict } from './decide.ts'
export { edgeReason } from './edge-code.ts'
export { isErased } from './erased.ts'
export { Evaluator } from './evaluator.ts'
export type { Exported } from './exports.ts'
export { analyzeModule, type FoundSite, type ModuleAnalysis } from './find-sites.ts'
export { guardOf, type GlobalGuard } from './global-guard.ts'
export type { Holder } from './holder.ts'
export { lifetimeOf } from './lifetime.ts'
export type { Edit, ModuleSource } from './module-source.ts'
export type { Names } from './names.ts'
export { originOf, type Origin } from './origin.ts'
export { prismaImports, type PrismaImport } from './prisma-imports.ts'
export type { ReasonCode } from './reason.ts'
export {
  findOpenEndings,
  mendScriptEnding,
  type MendedEnding,
  type MendScriptEndingOptions,
} from './script-ending.ts'
export { findDisconnects, type FindDisconnectsOptions } from './disconnect-in-request.ts'
export type { SiteNote } from './site-note.ts'
export { isSharedName } from './sharing.ts'
export type { Binding, Decision, Lifetime, SiteContext, SiteKind } from './site.ts'
export {
  functionAround,
  isFunction,
  keyName,
  memberName,
  stringValue,
  unwrap,
  wrapped,
  type FunctionNode,
} from './syntax.ts'
export {
  prismaExports,
  type ClientValue,
  type ConstructorValue,
  type ModuleExports,
  type Resolve,
  type Value,
} from './value.ts'
export { ancestorsOf, walk, type Node } from './walk.ts'
