import { functionAround, type FoundSite, type Node } from '@oneprisma/sites'
import { takeInventory } from '../../migrate/take-inventory.ts'
import type { ScannedModule } from '../../scan/scan.ts'
import { columnOf, lineOf } from '../../text/lines.ts'
import { isForDevelopment } from '../for-development.ts'
import type { DoctorFinding } from '../finding.ts'
import { found, type FoundPlace } from '../found.ts'
import type { Subject } from '../subject.ts'

/** Clients that multiply: made in several places, or kept for development alone. */
export function checkClients(subject: Subject): readonly DoctorFinding[] {
  return [...findScattered(subject), ...findDevelopmentGuards(subject)]
}

// A client of another database is none too many.
const MAY_BE_ANOTHER: ReadonlySet<string> = new Set(['DATASOURCE_OPTIONS', 'OPAQUE_OPTIONS'])
const SERVING: ReadonlySet<string> = new Set([
  'api-route',
  'auth-handler',
  'page',
  'server-action',
  'webhook',
  'worker',
  'server',
])
const HOLDS_POOL: ReadonlySet<string> = new Set(['process', 'call', 'object'])

function findScattered({ project, scan }: Subject): readonly DoctorFinding[] {
  const { sites } = takeInventory(project, scan)
  const imported = new Set(
    scan.modules.flatMap((each) => (each.importers.size > 0 ? each.path : [])),
  )
  const own = sites.filter(
    ({ path, context, decision, reason, lifetime }) =>
      decision !== 'keep' &&
      !MAY_BE_ANOTHER.has(reason) &&
      HOLDS_POOL.has(lifetime) &&
      // A module that nothing imports, and that no framework starts, is run by hand.
      (imported.has(path) || SERVING.has(context)),
  )
  const [first] = own
  if (first === undefined || own.length < 2) return []
  const { path, line, column } = first
  const files = new Set(own.map((site) => site.path)).size
  const perCall = own.filter(({ lifetime }) => lifetime !== 'process').length
  return [
    found(
      'CLIENTS_SCATTERED',
      { path, line, column },
      {
        message: `${own.length} places in ${files} files make a client of their own${perCall > 0 ? `, ${perCall} of them on each call or for each object` : ''}, and each client has a pool.`,
        evidence: { places: own.length, files, perCall },
        change:
          'Run `oneprisma adopt`, which moves them to one shared client, and `oneprisma check` in CI.',
      },
    ),
  ]
}

/** `if (process.env.NODE_ENV !== 'production') globalThis.prisma = prisma`: each bundle has its own client in production. */
function findDevelopmentGuards({ project, scan }: Subject): readonly DoctorFinding[] {
  return scan.modules
    .filter(({ path, context }) => {
      const isOwn = context !== 'test' && context !== 'template' && context !== 'edge'
      return isOwn && project.packageOf(path).framework === 'next'
    })
    .flatMap((module) =>
      module.sites
        .filter(({ site }) => isKeptInDevelopment(site, module))
        .slice(0, 1)
        .map(({ site: { offset } }) =>
          found('GUARD_IN_DEVELOPMENT_ONLY', placeAt(module, offset), {
            message:
              'This client is kept on `globalThis` in development alone. In production Next.js loads the module once in each kind of bundle: 3 to 4 clients in one process, each with a pool.',
            evidence: { guard: 'NODE_ENV' },
            change:
              "Keep it in every environment: delete `if (process.env.NODE_ENV !== 'production')`, or let `oneprisma init --write` bring the module up to `sharePrisma`.",
          }),
        ),
    )
}

function isKeptInDevelopment({ client }: FoundSite, { analysis }: ScannedModule): boolean {
  if (client === undefined) return false
  const { holder, globals } = client
  const member = holder.type === 'global' ? holder.member : globals[0]
  const kept =
    member === undefined ? [] : analysis.evaluator.names.assignedToGlobal(member).filter(isOfGuard)
  return kept.length > 0 && kept.every(isForDevelopment)
}

// A test that puts a client of its own there, or takes it away, has functions for that.
function isOfGuard(node: Node): boolean {
  return functionAround(node) === undefined
}

function placeAt({ path, text }: ScannedModule, offset: number): FoundPlace {
  return { path, line: lineOf(text, offset), column: columnOf(text, offset) }
}
