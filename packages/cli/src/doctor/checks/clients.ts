import { guardOf, lifetimeOf, type FoundSite } from '@oneprisma/sites'
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
const HOLDS_POOL: ReadonlySet<string> = new Set(['process', 'call', 'object'])

function findScattered({ project, scan }: Subject): readonly DoctorFinding[] {
  const { sites } = takeInventory(project, scan)
  const own = sites.filter(
    ({ decision, reason, lifetime }) =>
      decision !== 'keep' && !MAY_BE_ANOTHER.has(reason) && HOLDS_POOL.has(lifetime),
  )
  const [first] = own
  if (first === undefined || own.length < 2) return []
  const { path, line, column } = first
  const files = new Set(own.map(({ path }) => path)).size
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

function isKeptInDevelopment(site: FoundSite, module: ScannedModule): boolean {
  const { analysis, context } = module
  if (site.client === undefined || lifetimeOf(site, context) !== 'process') return false
  const taken = new Set([site.node])
  const guard = guardOf(site, analysis, taken)
  return guard?.isGlobal === true && guard.statements.some(isForDevelopment)
}

function placeAt({ path, text }: ScannedModule, offset: number): FoundPlace {
  return { path, line: lineOf(text, offset), column: columnOf(text, offset) }
}
