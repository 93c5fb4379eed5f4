import { memberName, stringValue, unwrap, walk, type SiteContext } from '@oneprisma/sites'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf } from '../module.ts'
import { columnOf, lineOf } from '../../text/lines.ts'
import type { Subject } from '../subject.ts'

/** What Prisma 7 refuses when it runs: a client without an adapter, and a listener for its end. */
export function checkConstruction(subject: Subject): readonly DoctorFinding[] {
  return [...findWithoutAdapter(subject), ...findEndListeners(subject)]
}

function findWithoutAdapter({ scan, project }: Subject): readonly DoctorFinding[] {
  return scan.modules
    .filter(({ path, context }) => isOwn(context) && isSeven(path))
    .flatMap(({ path, text, analysis }) =>
      analysis.sites
        .filter(({ kind, made, client, node }) => {
          if (kind !== 'new' || made.made !== 'prisma' || client === undefined) return false
          if (node.type !== 'NewExpression' || client.options.isOpaque) return false
          return !client.options.names.some(
            (name) => name === 'adapter' || name === 'accelerateUrl',
          )
        })
        .map(({ offset }) =>
          found(
            'ADAPTER_MISSING',
            { path, line: lineOf(text, offset), column: columnOf(text, offset) },
            {
              message:
                'Prisma 7 has no engine of its own: without an `adapter` this throws when it runs, and so does `next build` where a page loads it.',
              evidence: { prisma: 7 },
              change:
                'Give it one: `new PrismaClient({ adapter: new PrismaPg(config) })`; `oneprisma init --write` writes a shared module with it.',
            },
          ),
        ),
    )

  function isSeven(path: string): boolean {
    return project.packageOf(path).prismaMajor === 7
  }
}

function findEndListeners({ modules, project }: Subject): readonly DoctorFinding[] {
  return modules
    .filter(({ context, path }) => isOwn(context) && project.packageOf(path).prismaMajor === 7)
    .flatMap((module) => {
      const findings: DoctorFinding[] = []
      walk(module.module.program, (node) => {
        if (node.type !== 'CallExpression') return
        if (memberName(unwrap(node.callee)) !== '$on') return
        if (stringValue(node.arguments[0]) !== 'beforeExit') return
        findings.push(
          found('BEFORE_EXIT_LISTENER', placeOf(module, node), {
            message: "`$on('beforeExit')` throws in Prisma 7, though its types allow it.",
            evidence: { event: 'beforeExit' },
            change:
              "Listen to the process: `process.on('SIGTERM', ...)`; or call `drain(prisma)` of `@oneprisma/client`, which waits for what is in flight.",
          }),
        )
      })
      return findings
    })
}

function isOwn(context: SiteContext): boolean {
  return context !== 'test' && context !== 'template'
}
