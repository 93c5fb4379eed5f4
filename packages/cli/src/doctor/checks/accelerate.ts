import { originOf, walk, type Node } from '@oneprisma/sites'
import type { DoctorFinding } from '../finding.ts'
import { found, type FoundPlace } from '../found.ts'
import { placeOf, type DoctorModule } from '../module.ts'
import type { Subject } from '../subject.ts'

const RETIRED_ON = '2026-12-01'

/** Connections through hosted Accelerate, which Prisma ends on a date: from then on they are errors. */
export function checkAccelerate({ settings, modules, now }: Subject): readonly DoctorFinding[] {
  const isRetired = now >= Date.parse(RETIRED_ON)
  const inFiles = settings
    .filter(({ url }) => url?.isAccelerate)
    .map(({ path, line, name }) =>
      finding({ path, line }, `\`${name}\` is a connection string`, name),
    )
  const inCode = modules
    .filter(({ context }) => context !== 'test' && context !== 'template')
    .flatMap((module) =>
      acceleratesIn(module).map((node) =>
        finding(placeOf(module, node), '`withAccelerate()` connects', 'withAccelerate'),
      ),
    )
  return [...inFiles, ...inCode]

  function finding(place: FoundPlace, what: string, by: string): DoctorFinding {
    return found('ACCELERATE_RETIRED', place, {
      severity: isRetired ? 'error' : 'warning',
      message: `${what} ${what.endsWith('string') ? 'of' : 'through'} hosted Accelerate, which Prisma ${isRetired ? 'retired' : 'retires'} on ${RETIRED_ON}.`,
      evidence: { by, retiredOn: RETIRED_ON },
      change:
        'Take the direct connection string of the database (`postgres://`), a driver adapter in place of `withAccelerate()`, and a pooler where there are many processes: `new PrismaClient({ adapter: new PrismaPg(config) })`.',
    })
  }
}

function acceleratesIn({ module, evaluator }: DoctorModule): readonly Node[] {
  const calls: Node[] = []
  walk(module.program, (node) => {
    if (node.type !== 'CallExpression') return
    const variable = evaluator.names.variableOf(node.callee)
    const origin = variable && originOf(variable)
    if (
      origin?.source.startsWith('@prisma/extension-accelerate') &&
      origin.imported === 'withAccelerate'
    ) {
      calls.push(node)
    }
  })
  return calls
}
