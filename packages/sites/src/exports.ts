import type { Variable } from '@typescript-eslint/scope-manager'
import type { TSESTree } from '@typescript-eslint/types'
import type { Evaluator } from './evaluator.ts'
import { isModuleExports } from './holder.ts'
import type { ModuleSource } from './module-source.ts'
import { keyName, memberName, unwrap } from './syntax.ts'
import type { Value } from './value.ts'
import type { Node } from './walk.ts'

/** Something of Prisma that a module exports. */
export interface Exported {
  /** `default` for `module.exports` too. */
  readonly name: string
  readonly value: Value
  /** What does it: the specifier, the declaration, the assignment. */
  readonly node: Node
  /** The variable of this module that it is, if it is one. */
  readonly variable: Variable | undefined
}

/** Lists what a module exports of Prisma: classes, clients, whole modules. Types are left out. */
export function exportsOf(module: ModuleSource, evaluator: Evaluator): Exported[] {
  return module.program.body.flatMap((statement): Exported[] => {
    switch (statement.type) {
      case 'ExportNamedDeclaration':
        return named(statement, evaluator)
      case 'ExportAllDeclaration':
        return all(statement, evaluator)
      case 'ExportDefaultDeclaration':
        return exported('default', evaluator, statement.declaration, statement)
      case 'TSExportAssignment':
        return exported('default', evaluator, statement.expression, statement)
      case 'ExpressionStatement':
        return commonJs(statement.expression, evaluator)
      default:
        return []
    }
  })
}

function exported(name: string, evaluator: Evaluator, of: Node, node: Node): Exported[] {
  const value = evaluator.valueOf(of)
  if (value === undefined) return []
  const variable = evaluator.names.variableOf(unwrap(of))
  return [{ name, value, node, variable }]
}

function handedOn(name: string, value: Value, node: Node): Exported[] {
  return [{ name, value, node, variable: undefined }]
}

function named(statement: TSESTree.ExportNamedDeclaration, evaluator: Evaluator): Exported[] {
  if (statement.exportKind === 'type') return []
  const { declaration, source, specifiers } = statement
  if (declaration?.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) =>
      namesIn(id).flatMap((name) => exported(name.name, evaluator, name, name)),
    )
  }
  if (declaration?.type === 'ClassDeclaration' && declaration.id !== null) {
    return exported(declaration.id.name, evaluator, declaration.id, declaration.id)
  }
  const from = source && evaluator.moduleOf(source.value, 're-export')
  return specifiers.flatMap((specifier) => {
    if (specifier.exportKind === 'type') return []
    const name = nameOf(specifier.exported)
    if (source === null) return exported(name, evaluator, specifier.local, specifier)
    if (from?.kind !== 'module') return []
    const value = from.exports.get(nameOf(specifier.local))
    return value === undefined ? [] : handedOn(name, fromSource(value, source.value), specifier)
  })
}

function all(statement: TSESTree.ExportAllDeclaration, evaluator: Evaluator): Exported[] {
  if (statement.exportKind === 'type') return []
  const source = statement.source.value
  const value = evaluator.moduleOf(source, 're-export')
  if (value?.kind !== 'module') return []
  if (statement.exported !== null) return handedOn(nameOf(statement.exported), value, statement)
  return [...value.exports]
    .filter(([name]) => name !== 'default')
    .flatMap(([name, member]) => handedOn(name, fromSource(member, source), statement))
}

function fromSource(value: Value, source: string): Value {
  return value.kind === 'constructor' && value.made === 'prisma'
    ? { ...value, source, binding: 're-export' }
    : value
}

function commonJs(expression: Node, evaluator: Evaluator): Exported[] {
  if (expression.type !== 'AssignmentExpression') return []
  const { left, right } = expression
  if (left.type !== 'MemberExpression' || !isModuleExports(left, evaluator.names)) return []
  const isWhole = evaluator.names.globalName(left.object) === 'module'
  const name = isWhole ? 'default' : (memberName(left) ?? 'default')
  const value = unwrap(right)
  // `module.exports = exports.prisma = client`
  const inner = value.type === 'AssignmentExpression' ? commonJs(value, evaluator) : []
  if (isWhole && value.type === 'ObjectExpression') {
    return value.properties.flatMap((property) => {
      if (property.type !== 'Property') return []
      const key = keyName(property.key, property.computed)
      return key === undefined ? [] : exported(key, evaluator, property.value, property)
    })
  }
  const found = evaluator.valueOf(value)
  if (isWhole && found?.kind === 'module') {
    return [...found.exports].flatMap(([member, of]) => handedOn(member, of, expression))
  }
  return [...inner, ...exported(name, evaluator, value, expression)]
}

function namesIn(pattern: Node): TSESTree.Identifier[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern]
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === 'Property' ? property.value : property.argument),
      )
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)))
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    default:
      return []
  }
}

function nameOf(node: TSESTree.Identifier | TSESTree.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
