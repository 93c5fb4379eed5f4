import {
  ancestorsOf,
  isFunction,
  keyName,
  memberName,
  stringValue,
  unwrap,
  walk,
  type FunctionNode,
  type Node,
} from '@oneprisma/sites'
import type { TSESTree } from '@typescript-eslint/types'
import { commandLines } from '../command-line.ts'
import { constantOf } from '../constant.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf, type DoctorModule } from '../module.ts'
import type { Subject } from '../subject.ts'

/** What writes the parameters of queries, that is, data of users, into logs. */
export function checkLogging(subject: Subject): readonly DoctorFinding[] {
  const modules = subject.modules.filter(
    ({ context }) => context !== 'test' && context !== 'template' && context !== 'seed',
  )
  return [...modules.flatMap(findInModule), ...findDebug(subject)]
}

function findInModule(module: DoctorModule): readonly DoctorFinding[] {
  const findings: DoctorFinding[] = []
  walk(module.module.program, (node) => {
    if (node.type === 'CallExpression') findings.push(...findListener(node, module))
    if (isClient(node, module)) findings.push(...findErrorFormat(node.arguments[0], module))
  })
  return findings
}

function findListener(call: Node, module: DoctorModule): readonly DoctorFinding[] {
  if (call.type !== 'CallExpression' || memberName(unwrap(call.callee)) !== '$on') return []
  const [event, callback] = call.arguments
  const listener = callback && constantOf(callback, module.evaluator.names)
  if (stringValue(event) !== 'query' || listener === undefined || !isFunction(listener)) return []
  const place = paramsIn(listener, module)
  if (place === undefined || isDevelopmentOnly(place)) return []
  return [
    found('PARAMETERS_LOGGED', placeOf(module, place), {
      message:
        'This listener logs the parameters of every query: passwords, tokens and what users wrote stand in the log.',
      evidence: { event: 'query' },
      change:
        'Leave `params` out, and log `query`, `duration` and `target` alone; `telemetry()` of `@oneprisma/client/telemetry` does that.',
    }),
  ]
}

/** Where a listener hands the parameters of its event, or all of the event, to something that logs. */
function paramsIn(listener: FunctionNode, { evaluator }: DoctorModule): Node | undefined {
  const [event] = listener.params
  if (event === undefined) return undefined
  if (event.type === 'ObjectPattern') {
    const property = event.properties.find(
      (each) => each.type === 'Property' && keyName(each.key, each.computed) === 'params',
    )
    const value = property?.type === 'Property' ? property.value : undefined
    const used = value && evaluator.names.variableOf(value)?.references.map((it) => it.identifier)
    return used?.find(isLogged)
  }
  const variable = evaluator.names.variableOf(event)
  for (const { identifier } of variable?.references ?? []) {
    const { parent } = identifier
    if (parent?.type === 'MemberExpression' && memberName(parent) === 'params') {
      if (isLogged(parent)) return parent
    } else if (parent?.type === 'CallExpression' && isLogged(identifier)) return identifier
  }
  return undefined
}

/** Whether a value is an argument of `console.log`, `logger.debug` and the like, or a part of one. */
function isLogged(node: Node): boolean {
  for (const above of ancestorsOf(node)) {
    if (above.type === 'CallExpression' && above.callee !== node) {
      const callee = unwrap(above.callee)
      if (callee.type !== 'MemberExpression') continue
      if (!/^(?:log|info|debug|warn|error|trace|verbose|silly)$/.test(memberName(callee) ?? ''))
        continue
      return true
    }
    if (isFunction(above) || above.type.endsWith('Statement')) return false
  }
  return false
}

/** Whether a condition around a node asks what environment it is. */
function isDevelopmentOnly(node: Node): boolean {
  for (const above of ancestorsOf(node)) {
    const test =
      above.type === 'IfStatement' || above.type === 'ConditionalExpression'
        ? above.test
        : above.type === 'LogicalExpression'
          ? above.left
          : undefined
    if (test !== undefined && asksForEnvironment(test)) return true
  }
  return false
}

function asksForEnvironment(test: Node): boolean {
  let asks = false
  walk(test, (node) => {
    const name = node.type === 'Identifier' ? node.name : ''
    if (/^(?:NODE_ENV|APP_ENV)$|dev|debug|prod|env/i.test(name)) asks = true
  })
  return asks
}

/** `new PrismaClient()`, and `super()` in a class that extends it. */
function isClient(
  node: Node,
  { evaluator }: DoctorModule,
): node is TSESTree.NewExpression | TSESTree.CallExpression {
  if (node.type === 'NewExpression') return evaluator.valueOf(node)?.kind === 'client'
  if (node.type !== 'CallExpression' || node.callee.type !== 'Super') return false
  for (const above of ancestorsOf(node)) {
    if (above.type === 'ClassDeclaration' || above.type === 'ClassExpression') {
      return evaluator.valueOf(above)?.kind === 'constructor'
    }
  }
  return false
}

function findErrorFormat(
  argument: Node | undefined,
  module: DoctorModule,
): readonly DoctorFinding[] {
  const options = argument && constantOf(argument, module.evaluator.names)
  if (options?.type !== 'ObjectExpression') return []
  const property = options.properties.find(
    (each) => each.type === 'Property' && keyName(each.key, each.computed) === 'errorFormat',
  )
  const format = property?.type === 'Property' ? stringValue(property.value) : undefined
  if (property === undefined || (format !== 'pretty' && format !== 'colorless')) return []
  if (isDevelopmentOnly(property)) return []
  return [
    found('ERROR_FORMAT_PRINTS_ARGUMENTS', placeOf(module, property), {
      message: `\`errorFormat: '${format}'\` puts the arguments of the failed call into the message of every error, in production too, and so into logs and error trackers.`,
      evidence: { errorFormat: format },
      change:
        "Delete it: Prisma then takes `minimal` in production and `colorless` elsewhere. Or write `errorFormat: 'minimal'`.",
    }),
  ]
}

const PATTERNS = /(?:^|,)\*?prisma(?:[:*]|$)|(?:^|,)\*(?:,|$)/

/** `DEBUG=prisma*` prints statements with their arguments to the standard error. */
function findDebug(subject: Subject): readonly DoctorFinding[] {
  const inFiles = subject.settings
    .filter(({ name, value, isLocal }) => name === 'DEBUG' && PATTERNS.test(value) && !isLocal)
    .map(({ path, line }) => ({ path, line }))
  const inScripts = commandLines(subject)
    .filter(({ script }) => script !== undefined && /^(?:start|serve|prod|worker)/.test(script))
    .filter(({ text }) => PATTERNS.test(/\bDEBUG=["']?([^\s"']+)/.exec(text)?.[1] ?? ''))
    .map(({ path, line }) => ({ path, line }))
  return [...inFiles, ...inScripts].map((place) =>
    found('DEBUG_PRINTS_PARAMETERS', place, {
      message:
        '`DEBUG` names Prisma, which then prints every statement with its parameters to the standard error.',
      evidence: { variable: 'DEBUG' },
      change:
        'Take `prisma*` and `*` out of `DEBUG`, and set it by hand while you look for something.',
    }),
  )
}
