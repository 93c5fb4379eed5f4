import { memberName, unwrap, walk, type ModuleSource, type Node } from '@oneprisma/sites'
import type { Package } from '../project/project.ts'
import type { Note } from '../report/finding.ts'
import { importedName } from './imported-name.ts'
import type { ObservedAdapter } from './observed-adapter.ts'
import { isTooOld, TOO_OLD } from './prisma-version.ts'
import type { SharedModuleShape } from './recognize-shared-module.ts'

/** What a person has to know about a shared module that is upgraded, or is not. */
export function upgradeNotes(
  module: ModuleSource,
  { refusal, sharing }: SharedModuleShape,
  owner: Package,
  adapter: ObservedAdapter | undefined,
): Note[] {
  const notes: Note[] = []
  if (isTooOld(owner)) add(TOO_OLD[0], TOO_OLD[1], module.program)
  if (refusal !== undefined) add(refusal.code, refusal.message, refusal.node)
  if (sharing === undefined) return notes

  const { evaluator, module: analyzed } = sharing.analysis
  const { names } = evaluator
  walk(analyzed.program, (node) => {
    if (node.type !== 'CallExpression') return
    const callee = unwrap(node.callee)
    if (callee.type !== 'MemberExpression') return
    if (evaluator.valueOf(callee.object)?.kind !== 'client') return
    if (memberName(callee) === '$disconnect') {
      add(
        'DISCONNECTS_SHARED_CLIENT',
        'This closes the client that the whole process shares. Keep it only where the process ends.',
        node,
      )
    } else if (memberName(callee) === '$connect') {
      add(
        'CONNECTS_ON_IMPORT',
        'This connects as soon as the module is imported, so the import is not lazy. The first query connects by itself.',
        node,
      )
    }
  })
  for (const built of adapter?.built ?? []) {
    const [settings] = built.arguments.map((argument) => valueOf(argument))
    if (settings?.type === 'NewExpression') {
      add(
        'POOL_OUTLIVES_CLIENT',
        'The adapter is given a pool of your own, which a drained client leaves open. Give it the settings of the pool instead.',
        built,
      )
    } else if (nameOf(built.callee) === 'PrismaPg' && !isBounded(settings)) {
      add(
        'POOL_WAITS_UNBOUNDED',
        'This pool waits for a connection without a bound. `pgPool()` of `@oneprisma/client/pg` bounds every wait.',
        built,
      )
    }
  }
  for (const node of adapter?.unknown ?? []) {
    add(
      'ADAPTER_NOT_OBSERVED',
      'It does not show what this adapter is, so it was left alone: wrap it by `observe()` to see its connections.',
      node,
    )
  }
  return notes

  function add(code: Note['code'], message: string, { range }: Node): void {
    const before = module.text.slice(0, range[0])
    const line = before.split('\n').length
    const column = range[0] - (before.lastIndexOf('\n') + 1) + 1
    notes.push({ code, path: module.path, line, column, message })
  }

  function valueOf(node: Node): Node {
    const value = unwrap(node)
    const definition = names.variableOf(value)?.defs[0]?.node
    return definition?.type === 'VariableDeclarator' && definition.init !== null
      ? unwrap(definition.init)
      : value
  }

  function nameOf(callee: Node): string | undefined {
    const variable = names.variableOf(unwrap(callee))
    return (variable && importedName(variable)) ?? memberName(unwrap(callee)) ?? variable?.name
  }
}

function isBounded(settings: Node | undefined): boolean {
  return (
    settings?.type !== 'ObjectExpression' ||
    settings.properties.some(
      (property) =>
        property.type === 'SpreadElement' ||
        (property.key.type === 'Identifier' && property.key.name === 'connectionTimeoutMillis'),
    )
  )
}
