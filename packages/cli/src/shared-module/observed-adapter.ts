import { keyName, unwrap, type Edit, type Node } from '@oneprisma/sites'
import type { TSESTree } from '@typescript-eslint/types'
import { isWithin } from '../scan/is-within.ts'
import type { Sharing } from './sharing.ts'

/** How the adapters of a module come to be watched. */
export interface ObservedAdapter {
  readonly edits: readonly Edit[]
  /** What builds each adapter that is now wrapped. */
  readonly built: readonly TSESTree.NewExpression[]
  /** Adapters that are left alone, because it does not show what they are. */
  readonly unknown: readonly Node[]
}

/**
 * Wraps the adapter of every client that the maker makes by `observe`: where it is built, if that
 * is in `scope` too, or else where it is given to the client.
 */
export function observeAdapter(
  { analysis, makers }: Sharing,
  scope: readonly Node[],
  observe: string,
): ObservedAdapter {
  const { sites, module, evaluator } = analysis
  const [maker] = makers
  const place = maker.kind === 'function' ? maker.fn : maker.node
  const edits = new Map<number, readonly Edit[]>()
  const built: TSESTree.NewExpression[] = []
  const unknown: Node[] = []

  for (const { node } of sites) {
    if (node.type !== 'NewExpression' || !isWithin(node, place)) continue
    const property = adapterOf(node)
    if (property !== undefined) watch(property)
  }
  return { edits: [...edits.values()].flat(), built, unknown }

  function watch({ value: given, shorthand, range }: TSESTree.Property): void {
    const value = unwrap(given)
    if (value.type === 'NewExpression') {
      wrap(value)
      built.push(value)
      return
    }
    const source = constantOf(value)
    if (source?.type !== 'NewExpression') {
      unknown.push(value)
      return
    }
    built.push(source)
    if (scope.some((part) => isWithin(source, part))) wrap(source)
    else if (!shorthand) wrap(value)
    else {
      // `{ adapter }` has to say what it is given now.
      insert(range, `${module.text.slice(...range)}: ${observe}(`)
    }
  }

  function wrap({ range }: Node): void {
    insert(range, `${observe}(`)
  }

  /** As insertions, so that the lines in between stay as they are. */
  function insert([start, end]: TSESTree.Range, before: string): void {
    edits.set(start, [
      { start, end: start, text: before },
      { start: end, end, text: ')' },
    ])
  }

  function adapterOf(client: TSESTree.NewExpression): TSESTree.Property | undefined {
    const [argument] = client.arguments
    if (argument === undefined) return undefined
    const given = unwrap(argument)
    const options = given.type === 'Identifier' ? constantOf(given) : given
    if (options?.type !== 'ObjectExpression') return undefined
    if (given !== options && !scope.some((part) => isWithin(options, part))) return undefined
    return options.properties.find(
      (property): property is TSESTree.Property =>
        property.type === 'Property' && keyName(property.key, property.computed) === 'adapter',
    )
  }

  /** What a constant of this module stands for. */
  function constantOf(node: Node): Node | undefined {
    const definition = evaluator.names.variableOf(node)?.defs[0]?.node
    if (definition?.type !== 'VariableDeclarator' || definition.id.type !== 'Identifier') {
      return undefined
    }
    const isConstant = definition.parent.kind === 'const'
    return isConstant && definition.init !== null ? unwrap(definition.init) : undefined
  }
}
