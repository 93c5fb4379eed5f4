import {
  keyName,
  memberName,
  stringValue,
  unwrap,
  type ModuleAnalysis,
  type Node,
} from '@oneprisma/sites'
import type { TSESTree } from '@typescript-eslint/types'

type Names = ModuleAnalysis['evaluator']['names']

/** Whether a call is `config()` of the package `dotenv`, however it is imported. */
export function isDotenvConfig({ callee }: TSESTree.CallExpression, names: Names): boolean {
  return meaningOf(callee, names, 0) === 'config'
}

/** The package, or its function `config`. */
type Meaning = 'dotenv' | 'config' | undefined

const MAX_STEPS = 8

function meaningOf(expression: Node, names: Names, steps: number): Meaning {
  const node = unwrap(expression)
  // A variable can be made from itself, as in `var a = a.b`.
  if (steps > MAX_STEPS) return undefined
  switch (node.type) {
    case 'CallExpression': {
      const [specifier] = node.arguments
      const isRequire = names.globalName(unwrap(node.callee)) === 'require'
      return isRequire && specifier !== undefined ? ofPackage(specifier) : undefined
    }
    case 'AwaitExpression':
      return meaningOf(node.argument, names, steps + 1)
    case 'ImportExpression':
      return ofPackage(node.source)
    case 'MemberExpression':
      return memberOf(meaningOf(node.object, names, steps + 1), memberName(node))
    case 'Identifier':
      return ofVariable(node, names, steps + 1)
    default:
      return undefined
  }
}

function ofVariable(identifier: TSESTree.Identifier, names: Names, steps: number): Meaning {
  const [definition] = names.variableOf(identifier)?.defs ?? []
  const node = definition?.node
  switch (node?.type) {
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return ofPackage(node.parent.source)
    case 'ImportSpecifier':
      return node.parent.type === 'ImportDeclaration'
        ? memberOf(ofPackage(node.parent.source), keyName(node.imported, false))
        : undefined
    case 'TSImportEqualsDeclaration':
      return node.moduleReference.type === 'TSExternalModuleReference'
        ? ofPackage(node.moduleReference.expression)
        : undefined
    case 'VariableDeclarator': {
      if (node.init === null) return undefined
      const value = meaningOf(node.init, names, steps)
      if (node.id.type === 'Identifier') return value
      return memberOf(value, definition && keyIn(node.id, definition.name))
    }
    default:
      return undefined
  }
}

function ofPackage(specifier: Node): Meaning {
  return stringValue(specifier) === 'dotenv' ? 'dotenv' : undefined
}

function memberOf(value: Meaning, name: string | undefined): Meaning {
  if (value !== 'dotenv') return undefined
  if (name === 'config') return 'config'
  return name === 'default' ? 'dotenv' : undefined
}

/** The name of the member that a pattern takes out for a variable. */
function keyIn(pattern: TSESTree.BindingName, variable: Node): string | undefined {
  if (pattern.type !== 'ObjectPattern') return undefined
  for (const property of pattern.properties) {
    if (property.type === 'Property' && property.value === variable) {
      return keyName(property.key, property.computed)
    }
  }
  return undefined
}
