import { findOpenEndings, hasEnd, memberName, walk, type Node } from '@oneprisma/sites'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { readDoctorModule, type DoctorModule } from '../module.ts'
import type { PoolSite } from '../pool-site.ts'
import type { Subject } from '../subject.ts'
import { columnOf, lineOf } from '../../text/lines.ts'

/** Scripts and seeds that keep their connections after the work, or skip their own `finally`. */
export function checkScripts(subject: Subject): readonly DoctorFinding[] {
  const isHeld = subject.pools.some(holdsProcess)
  return scriptsOf(subject).flatMap((script) => {
    const { path, text, module } = script
    const { clients, expressions } = clientsOf(script)
    return findOpenEndings(module, clients, { expressions }).flatMap(({ code, offset }) => {
      const place = { path, line: lineOf(text, offset), column: columnOf(text, offset) }
      if (code !== 'EXIT_SKIPS_DISCONNECT') return isHeld ? [hangs(place)] : []
      return hasFinally(module.program) ? [skips(place)] : []
    })
  })
}

// What a path or a text says of a script, so that not all that imports the client is parsed.
const SCRIPT_PATH = /seed|script|(?:^|\/)(?:bin|tools?|oneoffs?|migrations?|benchmarks?|prisma)\//i
const SCRIPT_TEXT = /^#!|^(?:void |await )?(?:main|run|seed|start|execute)\w*\(/m

/** Modules that run once and that nothing imports: those that make a client, and those that import one. */
function scriptsOf({ scan, project, read }: Subject): readonly DoctorModule[] {
  const makers = scan.modules.filter(({ importers }) => importers.size === 0)
  const users = scan.modules.flatMap(({ importers }) => [...importers])
  const imported = new Set(
    scan.modules.flatMap(({ path, importers }) => (importers.size > 0 ? path : [])),
  )
  return [...new Set([...makers.map(({ path }) => path), ...users])]
    .filter((path) => SCRIPT_PATH.test(path) || SCRIPT_TEXT.test(read(path) ?? ''))
    .filter((path) => !imported.has(path))
    .flatMap((path) => readDoctorModule(project, path, scan) ?? [])
    .filter(({ module, context }) => hasEnd(context) && !isExporting(module))
}

function isExporting({ program, text }: DoctorModule['module']): boolean {
  return (
    program.body.some(
      ({ type }) => type.startsWith('Export') && type !== 'ExportNamedDeclaration',
    ) ||
    program.body.some(
      (each) => each.type === 'ExportNamedDeclaration' && each.exportKind !== 'type',
    ) ||
    /\bmodule\.exports\b|^exports\./m.test(text)
  )
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

function hangs(place: Place): DoctorFinding {
  return found('SCRIPT_KEEPS_CONNECTIONS', place, {
    message:
      'This script may end without `$disconnect()`: idle connections of the pool then hold the process, for 10 seconds with the defaults of pg.',
    evidence: { idleSeconds: 10 },
    change:
      'Await `prisma.$disconnect()` in a `finally` around the work, or hand the work to `runScript()` of `@oneprisma/client/script`; or let the pool not hold it, by `allowExitOnIdle: true`, as `pgPool()` does.',
  })
}

/** An engine of Prisma does not hold the process, nor does a pool that is told not to. */
function holdsProcess({ made, settings }: PoolSite): boolean {
  if (made !== 'PrismaPg') return false
  return settings.kind === 'known' && !settings.entries.has('allowExitOnIdle')
}

/** The variables that hold a client, be it made here or imported, and what makes one. */
function clientsOf({ module, evaluator }: DoctorModule) {
  const expressions: Node[] = []
  walk(module.program, (node) => {
    const isMade = node.type === 'NewExpression' && evaluator.valueOf(node)?.kind === 'client'
    if (isMade) expressions.push(node)
  })
  const clients = module.scopes.scopes
    .flatMap(({ variables }) => variables)
    .filter((variable) => evaluator.valueOfVariable(variable)?.kind === 'client')
  return { clients, expressions }
}
