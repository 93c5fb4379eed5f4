import type { ModuleSource } from './module-source.ts'
import type { SiteContext } from './site.ts'
import { keyName, memberName, stringValue, unwrap } from './syntax.ts'
import type { Node } from './walk.ts'

/** What a path says of where its code runs; the first row that fits holds. */
const BY_PATH: readonly (readonly [SiteContext, RegExp])[] = [
  [
    'test',
    /(?:^|\/)(?:__tests?__|__mocks__|tests?|e2e|specs?|cypress|playwright|fixtures?|testing|testcontainers?|test-?(?:utils?|helpers?|setup|db)|vitest[^/]*|jest[^/]*)(?:\/|\.[cm]?[jt]sx?$)/i,
  ],
  ['test', /[.-](?:test|tests|spec|e2e|e2e-spec|int-spec|cy|mock|bench|stories)\.[cm]?[jt]sx?$/i],
  ['test', /(?:^|\/)(?:(?:global-?setup|setup-?tests?|playwright|cypress)[^/]*)$/i],
  ['template', /(?:^|\/)(?:templates?|scaffolds?|boilerplates?|blueprints?|\.plop|_templates)\//i],
  ['auth-handler', /\[\.{3}(?:nextauth|auth)\]/i],
  ['webhook', /webhooks?/i],
  [
    'auth-handler',
    /(?:^|\/)api\/auth\/|(?:^|\/)(?:next-?)?auth(?:[.-]?(?:config|options))?\.[cm]?[jt]sx?$/i,
  ],
  ['middleware', /^(?:src\/)?(?:middleware|proxy)\.[jt]s$|\/(?:src\/)?(?:middleware)\.[jt]s$/],
  ['api-route', /(?:^|\/)pages\/api\/|(?:^|\/)app\/(?:.*\/)?route\.[jt]sx?$|\+server\.[jt]s$/],
  ['page', /(?:^|\/)pages\/|\+(?:page|layout)(?:\.server)?\.(?:[jt]s|svelte)$/],
  [
    'page',
    /(?:^|\/)app\/(?:.*\/)?(?:page|layout|template|default|error|not-found|sitemap)\.[jt]sx?$/,
  ],
  ['page', /(?:^|\/)app\/routes\//],
  ['seed', /(?:^|\/)(?:[^/]*[-_.])?(?:seed|seeds|seeder|seeders|seeding)(?:[-_.][^/]*)?(?:\/|$)/i],
  ['script', /(?:^|\/)(?:scripts?|bin|tools?|oneoffs?|migrations?|benchmarks?)\//i],
  // The folder of the schema, which stands beside the sources.
  ['script', /^(?:(?!src\/|app\/|lib\/|server\/)[^/]+\/){0,3}prisma\/[^/]+$/i],
  [
    'worker',
    /(?:^|\/)(?:[^/]*[-_.])?(?:workers?|jobs?|queues?|cron|crons|consumers?|schedulers?)(?:[-_.][^/]*)?(?:\/|$)/i,
  ],
  [
    'api-route',
    /(?:^|\/)(?:api|routes?|routers?|controllers?|handlers?|resolvers?|functions|endpoints?)\//i,
  ],
  ['server', /(?:^|\/)(?:server|services?|middlewares?|repositories|repository|models?)\//i],
  ['server', /(?:^|\/)(?:server|index|main|app)\.[cm]?[jt]s$/],
]

/** Says where the code of a module runs: by its path, and by what it says itself. */
export function contextOf({ path, program, text }: ModuleSource): SiteContext {
  if (program.body.some(isEdgeConfig)) return 'edge'
  const byPath = BY_PATH.find(([, pattern]) => pattern.test(path))?.[0]
  const isScript = text.startsWith('#!') || program.body.some(startsItself)
  if (byPath === undefined || byPath === 'server') {
    if (program.body.some(isUseServer)) return 'server-action'
    const isExporting = program.body.some(({ type }) => type.startsWith('Export'))
    if (isScript && !isExporting && !keepsRunning(text)) return 'script'
  }
  // A folder of scripts holds modules that are only imported, too.
  return byPath ?? 'library'
}

/** Whether code of this context has an end of its own. */
export function hasEnd(context: SiteContext): boolean {
  return context === 'script' || context === 'seed'
}

/** Whether a module starts something that goes on: a server, a timer, a consumer. */
export function keepsRunning(text: string): boolean {
  return KEEPS_RUNNING.test(text)
}

const KEEPS_RUNNING =
  /\.listen\(|createServer\(|setInterval\(|new Worker\(|\.consume\(|cron\.schedule\(|runWorker\(|app\.use\(/

function isUseServer(node: Node): boolean {
  return node.type === 'ExpressionStatement' && stringValue(node.expression) === 'use server'
}

/** `export const runtime = 'edge'` and `export const config = { runtime: 'edge' }`. */
function isEdgeConfig(node: Node): boolean {
  if (node.type !== 'ExportNamedDeclaration') return false
  if (node.declaration?.type !== 'VariableDeclaration') return false
  return node.declaration.declarations.some(({ id, init }) => {
    if (id.type !== 'Identifier' || init === null) return false
    const value = unwrap(init)
    if (id.name === 'runtime') return isEdge(value)
    return (
      id.name === 'config' &&
      value.type === 'ObjectExpression' &&
      value.properties.some(
        (property) =>
          property.type === 'Property' &&
          keyName(property.key, property.computed) === 'runtime' &&
          isEdge(unwrap(property.value)),
      )
    )
  })
}

function isEdge(node: Node): boolean {
  return /^(?:experimental-)?edge$/.test(stringValue(node) ?? '')
}

/** A call at the top of the module of a function that it declares: `main().catch(...)`. */
function startsItself(node: Node): boolean {
  if (node.type !== 'ExpressionStatement') return false
  let call = unwrap(node.expression)
  if (call.type === 'UnaryExpression' || call.type === 'AwaitExpression')
    call = unwrap(call.argument)
  while (call.type === 'CallExpression') {
    const callee = unwrap(call.callee)
    if (
      callee.type === 'MemberExpression' &&
      /^(?:then|catch|finally)$/.test(memberName(callee) ?? '')
    ) {
      call = unwrap(callee.object)
    } else {
      return (
        /^(?:main|run|seed|start|execute|runScript)\w*$/i.test(
          callee.type === 'Identifier' ? callee.name : '',
        ) ||
        callee.type === 'ArrowFunctionExpression' ||
        callee.type === 'FunctionExpression'
      )
    }
  }
  return false
}
