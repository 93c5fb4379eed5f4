import { parseSync } from 'oxc-parser'
import { analyzeModule, type ModuleAnalysis, type Resolve } from '@oneprisma/sites'
import { parseModule } from '../scan/parse-module.ts'
import { scriptOf } from '../scan/script-part.ts'

/**
 * Checks a rewritten module before anything is written: it parses, no name is declared twice, no
 * name is used that was not there before, and as many sites are left as were meant to be.
 * Returns what is wrong, or `undefined`.
 */
export function verifyRewrite(
  before: ModuleAnalysis,
  text: string,
  remaining: number,
  resolve: Resolve,
): string | undefined {
  const script = scriptOf(before.module.path, text)
  const parsed = parseModule(script.path, script.text)
  if (!parsed.ok) return `line ${parsed.line}: ${parsed.message}`
  const twice = declaredTwice(script.path, script.text, before)
  if (twice !== undefined) return twice
  const known = unresolvedIn(before)
  const after = analyzeModule({ ...parsed.module, path: before.module.path }, resolve)
  const clashing = [...besideImports(after)].find((name) => !besideImports(before).has(name))
  if (clashing !== undefined) return `${clashing} is imported and declared as well`
  const dangling = [...unresolvedIn(after)].filter((name) => !known.has(name))
  if (dangling.length > 0) return `nothing declares ${dangling.join(', ')}`
  const left = after.sites.filter(({ client }) => client !== undefined).length
  return left === remaining ? undefined : `${left} clients are left, not ${remaining}`
}

function unresolvedIn({ module }: ModuleAnalysis): Set<string> {
  const names = module.scopes.globalScope?.through ?? []
  return new Set(
    names.flatMap(({ identifier }) => (identifier.type === 'Identifier' ? identifier.name : [])),
  )
}

/**
 * The names that are imported and declared as well. The parser lets them pass in TypeScript, where an
 * import can be a type.
 */
function besideImports({ module }: ModuleAnalysis): Set<string> {
  const variables = module.scopes.scopes.flatMap((scope) => scope.variables)
  const clashing = variables.filter(
    ({ defs }) =>
      defs.length > 1 && defs.some(({ node }) => node.parent?.type === 'ImportDeclaration'),
  )
  return new Set(clashing.map(({ name }) => name))
}

function declaredTwice(path: string, text: string, before: ModuleAnalysis): string | undefined {
  const errors = semanticErrors(path, text)
  const known = semanticErrors(path, scriptOf(before.module.path, before.module.text).text)
  return errors.length > known.length ? errors.find((error) => !known.includes(error)) : undefined
}

function semanticErrors(path: string, text: string): string[] {
  const lang = /\.[cm]?ts$/.test(path) ? 'ts' : 'tsx'
  const { errors } = parseSync(path, text, { lang, sourceType: 'module', showSemanticErrors: true })
  return errors.map(({ message }) => message)
}
