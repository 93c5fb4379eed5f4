import {
  functionAround,
  isFunction,
  memberName,
  unwrap,
  walk,
  wrapped,
  type Node,
} from '@oneprisma/sites'
import type { Variable } from '@typescript-eslint/scope-manager'
import { isWithin } from '../scan/is-within.ts'
import { isPure } from './makers.ts'
import { topStatement, topVariables } from './places.ts'
import type { Sharing } from './sharing.ts'

/**
 * The constants that only the client is made of, such as its adapter and pool. They go into the
 * callback, so that importing the module opens nothing and reads no environment.
 */
export function constantsToMove({ analysis, makers }: Sharing): Node[] {
  if (makers[0].kind === 'function') return []
  const { program } = analysis.module
  const variables = topVariables(analysis.module)
  let movable = program.body.filter(isPlainConstant)
  for (let size = -1; size !== movable.length;) {
    size = movable.length
    const places = [...makers.map(({ node }) => node), ...movable]
    movable = movable.filter((statement) => {
      const own = variables.filter((variable) => isDeclaredIn(variable, statement))
      return own.every((variable) => isUsedOnlyIn(variable, statement, places))
    })
  }
  const active = new Set<Node>(movable.filter(doesSomething))
  for (let size = -1; size !== active.size;) {
    size = active.size
    for (const statement of movable) {
      const needsActive = [...active].some((other) =>
        variables.some(
          (variable) =>
            isDeclaredIn(variable, other) &&
            variable.references.some(({ identifier }) => isWithin(identifier, statement)),
        ),
      )
      if (needsActive) active.add(statement)
    }
  }
  return movable.filter((statement) => active.has(statement))
}

/** Statements at the top that only listen to the client: every client that is made needs them. */
export function listenersToMove({ analysis, anchor, guards }: Sharing): Node[] {
  const { body } = analysis.module.program
  const { variable } = anchor
  if (variable === undefined) return []
  return body.filter((statement) => {
    if (guards.includes(statement)) return false
    if (statement.type !== 'ExpressionStatement' && statement.type !== 'IfStatement') return false
    if (statement.type === 'IfStatement' && !isPure(statement.test)) return false
    const direct = variable.references
      .map(({ identifier }) => identifier)
      .filter((identifier) => topStatement(identifier, body) === statement)
      .filter((identifier) => functionAround(identifier) === undefined)
    return direct.length > 0 && direct.every(isListenedTo) && calls(statement) === direct.length
  })
}

function isListenedTo(identifier: Node): boolean {
  const { parent } = wrapped(identifier)
  return parent?.type === 'MemberExpression' && /^\$(?:on|use)$/.test(memberName(parent) ?? '')
}

/** How many calls a statement makes by itself. */
function calls(statement: Node): number {
  let count = 0
  walk(statement, (node) => {
    if (node.type === 'CallExpression' && functionAround(node) === undefined) count++
  })
  return count
}

function isPlainConstant(statement: Node): boolean {
  if (statement.type !== 'VariableDeclaration' || statement.declarations.length !== 1) return false
  const init = statement.declarations[0]?.init
  if (init === null || init === undefined || isFunction(unwrap(init))) return false
  let isPlain = true
  walk(init, (node) => {
    const isRequire =
      node.type === 'CallExpression' &&
      node.callee.type === 'Identifier' &&
      node.callee.name === 'require'
    if (isRequire || node.type === 'AwaitExpression' || node.type === 'AssignmentExpression') {
      isPlain = false
    }
  })
  return isPlain
}

function isDeclaredIn({ defs }: Variable, statement: Node): boolean {
  return defs.some(({ node }) => node.type === 'VariableDeclarator' && node.parent === statement)
}

function isUsedOnlyIn(variable: Variable, statement: Node, places: readonly Node[]): boolean {
  const uses = variable.references.filter(({ init }) => init !== true)
  return (
    uses.length > 0 &&
    uses.every(
      (reference) =>
        !reference.isWrite() &&
        places.some((place) => place !== statement && isWithin(reference.identifier, place)),
    )
  )
}

function doesSomething(statement: Node): boolean {
  let does = !isPure(statement)
  walk(statement, (node) => {
    const readsEnvironment =
      node.type === 'MemberExpression' &&
      memberName(node) === 'env' &&
      node.object.type === 'Identifier' &&
      node.object.name === 'process' &&
      // Bundlers write its value into the text.
      !(node.parent.type === 'MemberExpression' && memberName(node.parent) === 'NODE_ENV')
    does ||= readsEnvironment
  })
  return does
}
