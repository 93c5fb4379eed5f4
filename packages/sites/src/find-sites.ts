import type { TSESTree } from '@typescript-eslint/types'
import { Evaluator } from './evaluator.ts'
import { exportsOf, type Exported } from './exports.ts'
import { heldBy, type Held } from './holder.ts'
import type { ModuleSource } from './module-source.ts'
import { constructorOptions, type ConstructorOptions } from './constructor-options.ts'
import type { SiteKind } from './site.ts'
import { memberName, unwrap } from './syntax.ts'
import type { ConstructorValue, Resolve } from './value.ts'
import { walk, type Node } from './walk.ts'

/** A place that has to do with PrismaClient, as the syntax has it. */
export interface FoundSite {
  readonly kind: SiteKind
  readonly node: Node
  /** Where it is shown: the `new`, the `class`, the exported name. */
  readonly offset: number
  readonly made: ConstructorValue
  /** What is known of a new client; undefined for a class and for a re-export. */
  readonly client: NewClient | undefined
}

export interface NewClient extends Held {
  readonly options: ConstructorOptions
}

/** What a module has to do with Prisma. */
export interface ModuleAnalysis {
  readonly module: ModuleSource
  readonly evaluator: Evaluator
  readonly sites: readonly FoundSite[]
  readonly exported: readonly Exported[]
}

/** Finds every place of a module that makes, extends, wraps or hands on PrismaClient. */
export function analyzeModule(module: ModuleSource, resolve: Resolve): ModuleAnalysis {
  const evaluator = new Evaluator(module, resolve)
  const sites: FoundSite[] = []
  walk(module.program, (node) => {
    if (node.type === 'NewExpression') addNew(node, node.callee)
    if (node.type === 'CallExpression' && isReflectConstruct(node)) addNew(node, node.arguments[0])
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') addClass(node)
  })
  const exported = exportsOf(module, evaluator)
  for (const { value: made, node } of exported) {
    if (made.kind !== 'constructor' || made.made !== 'prisma') continue
    sites.push({ kind: 're-export', node, offset: node.range[0], made, client: undefined })
  }
  sites.sort((one, other) => one.offset - other.offset)
  return { module, evaluator, sites, exported }

  function addNew(node: TSESTree.NewExpression | TSESTree.CallExpression, callee?: Node): void {
    const made = evaluator.valueOf(callee)
    if (made?.kind !== 'constructor') return
    const kind = made.made === 'wrapper' ? 'wrapper' : 'new'
    const options = constructorOptions(
      node.type === 'NewExpression' ? node.arguments : [],
      evaluator.names,
    )
    const client = { ...heldBy(node, evaluator.names), options }
    sites.push({ kind, node, offset: node.range[0], made, client })
  }

  function addClass(node: TSESTree.ClassDeclaration | TSESTree.ClassExpression): void {
    const made = evaluator.valueOf(node.superClass)
    if (made?.kind !== 'constructor') return
    const offset = classKeyword(node, module.text)
    sites.push({ kind: 'extends', node, offset, made, client: undefined })
  }
}

function isReflectConstruct(node: TSESTree.CallExpression): boolean {
  const callee = unwrap(node.callee)
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Reflect' &&
    memberName(callee) === 'construct'
  )
}

/** A parser without decorators leaves out the list. */
function decoratorsOf(
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
): readonly TSESTree.Decorator[] {
  const { decorators }: { readonly decorators?: readonly TSESTree.Decorator[] } = node
  return decorators ?? []
}

// Decorators stand in front of the keyword, and parsers differ in whether they belong to the class.
function classKeyword(
  node: TSESTree.ClassDeclaration | TSESTree.ClassExpression,
  text: string,
): number {
  const after = Math.max(node.range[0], ...decoratorsOf(node).map(({ range }) => range[1]))
  const end = node.id?.range[0] ?? node.body.range[0]
  const keyword = /\b(?:abstract\s+)?class\b/.exec(text.slice(after, end))
  return after + (keyword?.index ?? 0)
}
