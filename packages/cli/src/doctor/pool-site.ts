import { walk, type Node } from '@oneprisma/sites'
import type { TSESTree } from '@typescript-eslint/types'
import { constantOf, envVariableOf, numberOf, packageExportOf } from './constant.ts'
import type { DoctorModule } from './module.ts'
import { entriesOf, poolSettingsOf, type Entries, type PoolSettings } from './pool-settings.ts'

/** A place that makes a pool of connections to PostgreSQL. */
export interface PoolSite {
  readonly module: DoctorModule
  readonly node: TSESTree.NewExpression
  /** The adapter, which makes a pool of its own unless it is given one; or the driver's pool. */
  readonly made: 'PrismaPg' | 'Pool'
  readonly settings: PoolSettings
  /** The second argument of `new PrismaPg()`, as far as the text tells. */
  readonly options: Entries
  /** The variable of the environment with the connection string, where the module reads one. */
  readonly urlVariable: string | undefined
  /** The connection string, where it stands in the code. */
  readonly urlText: Node | undefined
  /** undefined where the text does not say a number. */
  readonly max: number | undefined
}

/** Finds every `new PrismaPg()` and every `new Pool()` of pg in a module. */
export function findPools(module: DoctorModule): readonly PoolSite[] {
  const { names } = module.evaluator
  const sites: PoolSite[] = []
  walk(module.module.program, (node) => {
    if (node.type !== 'NewExpression') return
    const made = madeBy(node, module)
    if (made !== undefined) sites.push(siteOf(node, made))
  })
  return sites

  function siteOf(node: TSESTree.NewExpression, made: PoolSite['made']): PoolSite {
    const [argument, second] = node.arguments
    const settings = poolSettingsOf(argument, names)
    const url = urlOf(settings)
    const constant = url && constantOf(url, names)
    const isText = constant?.type === 'Literal' || constant?.type === 'TemplateLiteral'
    const max = 'entries' in settings ? settings.entries.get('max') : undefined
    return {
      module,
      node,
      made,
      settings,
      options: optionsOf(second),
      urlVariable: url && envVariableOf(url, names),
      urlText: isText ? constant : undefined,
      max: settings.kind === 'pg-pool' ? maxOfPgPool(settings.call) : numberOf(max, names),
    }
  }

  function optionsOf(argument: Node | undefined): Entries {
    const options = argument && constantOf(argument, names)
    return options?.type === 'ObjectExpression' ? entriesOf(options, names).entries : new Map()
  }

  function maxOfPgPool(call: TSESTree.CallExpression): number | undefined {
    return numberOf(optionsOf(call.arguments[1]).get('max'), names)
  }
}

/** The expression of the connection string. */
function urlOf(settings: PoolSettings): Node | undefined {
  if (settings.kind === 'pg-pool') return settings.call.arguments[0]
  return 'entries' in settings ? settings.entries.get('connectionString') : undefined
}

function madeBy(
  { callee }: TSESTree.NewExpression,
  { evaluator }: DoctorModule,
): PoolSite['made'] | undefined {
  const origin = packageExportOf(callee, evaluator.names)
  if (origin?.source === '@prisma/adapter-pg' && origin.imported === 'PrismaPg') return 'PrismaPg'
  return origin?.source === 'pg' && origin.imported === 'Pool' ? 'Pool' : undefined
}
