import {
  findOpenEndings,
  hasEnd,
  memberName,
  walk,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { Subject } from '../subject.ts'
import { columnOf, lineOf } from '../../text/lines.ts'

/** Scripts and seeds that keep their connections after the work, or skip their own `finally`. */
export function checkScripts({ scan, project }: Subject): readonly DoctorFinding[] {
  return scan.modules
    .filter(({ context, importers }) => hasEnd(context) && importers.size === 0)
    .flatMap(({ path, text, analysis }) => {
      const major = project.packageOf(path).prismaMajor
      const expressions = analysis.sites.flatMap(({ client, node }) => (client ? [node] : []))
      return findOpenEndings(analysis.module, clientsOf(analysis), { expressions }).flatMap(
        ({ code, offset }) => {
          const place = { path, line: lineOf(text, offset), column: columnOf(text, offset) }
          if (code !== 'EXIT_SKIPS_DISCONNECT') return [hangs(place, major)]
          return hasFinally(analysis.module.program) ? [skips(place)] : []
        },
      )
    })
}

/** Whether a program means to disconnect in a `finally`, be it a block or a method. */
function hasFinally(program: Node): boolean {
  let isFound = false
  walk(program, (node) => {
    const isMethod = node.type === 'CallExpression' && memberName(node.callee) === 'finally'
    const part = node.type === 'TryStatement' ? node.finalizer : isMethod ? node : undefined
    if (part) walk(part, (inner) => void (isFound ||= memberName(inner) === '$disconnect'))
  })
  return isFound
}

interface Place {
  readonly path: string
  readonly line: number
  readonly column: number
}

function skips(place: Place): DoctorFinding {
  return found('SCRIPT_SKIPS_FINALLY', place, {
    message:
      '`process.exit()` ends the process here: what is in flight is cut off, and the `finally` that disconnects is skipped.',
    evidence: { call: 'process.exit' },
    change:
      'Write `process.exitCode = 1` and let the script end, or hand its work to `runScript()` of `@oneprisma/client/script`.',
  })
}

/** An engine of Prisma 6 does not hold the process; the pool of a driver does. */
function hangs(place: Place, major: number | undefined): DoctorFinding {
  const isHeld = (major ?? 7) >= 7
  return found('SCRIPT_KEEPS_CONNECTIONS', place, {
    severity: isHeld ? 'warning' : 'info',
    message: isHeld
      ? 'This script may end without `$disconnect()`: its idle connections then hold the process, for 10 seconds with the defaults of pg.'
      : 'This script may end without `$disconnect()`. With a driver adapter, as from Prisma 7 on, its idle connections would hold the process for 10 seconds.',
    evidence: { idleSeconds: 10 },
    change:
      'Await `prisma.$disconnect()` in a `finally` around the work, or hand the work to `runScript()` of `@oneprisma/client/script`.',
  })
}

/** The variables that hold a client, be it made here or imported. */
function clientsOf({ module, evaluator }: ModuleAnalysis): Parameters<typeof findOpenEndings>[1] {
  return module.scopes.scopes
    .flatMap(({ variables }) => variables)
    .filter((variable) => evaluator.valueOfVariable(variable)?.kind === 'client')
}
