import type { TSESTree } from '@typescript-eslint/types'
import { join } from 'node:path/posix'
import { parseModule } from '../scan/parse-module.ts'
import { folderOf } from './manifests.ts'
import { isPrismaConfig } from './file-names.ts'
import type { Repository } from './repository.ts'
import { envVariablesOf, staticTextOf, unwrap } from './static-value.ts'

/** What a `prisma.config.ts` says, as far as it can be read without running it. */
export interface PrismaConfig {
  readonly path: string
  /** A schema file or the folder of one; undefined where the file does not say. */
  readonly schema: string | undefined
  readonly urlVariable: string | undefined
  /** Every variable that the URL of its datasource may come from, in the order of the text. */
  readonly urlVariables: readonly string[]
  /** The command that seeds. */
  readonly seed: string | undefined
}

/** Reads the Prisma configuration files of a repository, without running them. */
export function readPrismaConfigs(repository: Repository): readonly PrismaConfig[] {
  return repository.files.config.filter(isPrismaConfig).flatMap((path) => {
    const text = repository.read(path)
    if (text === undefined) return []
    const parsed = parseModule(path, text)
    if (!parsed.ok) {
      repository.problems.add('PRISMA_CONFIG_INVALID', path, parsed.message)
      return []
    }
    return [toPrismaConfig(path, parsed.module.program)]
  })
}

function toPrismaConfig(path: string, program: TSESTree.Program): PrismaConfig {
  const config = findConfigObject(program)
  const place = { folder: `/${folderOf(path)}`, workingFolder: `/${baseOf(path)}` }
  const schema = staticTextOf(memberOf(config, 'schema'), place)
  const variables = envVariablesOf(memberOf(memberOf(config, 'datasource'), 'url'))
  return {
    path,
    schema: schema === undefined ? undefined : fromRoot(folderOf(path), schema),
    urlVariable: variables.find((name) => !OF_MIGRATIONS.test(name)) ?? variables[0],
    urlVariables: variables,
    seed: staticTextOf(memberOf(memberOf(config, 'migrations'), 'seed'), place),
  }
}

// Of `process.env.DIRECT_URL ?? process.env.DATABASE_URL` the app uses the second.
const OF_MIGRATIONS = /DIRECT|UNPOOLED|NON_POOLING|MIGRAT|SHADOW/

/** A path as it is written in a file of a folder; one that begins with `/` begins at the root. */
export function fromRoot(folder: string, written: string): string {
  return written.startsWith('/') ? join('.', written.slice(1)) : join(folder, written)
}

/** The folder that a Prisma configuration file speaks for, and where its commands run. */
export function baseOf(path: string): string {
  return folderOf(path).replace(/(?:^|\/)\.config$/, '')
}

function findConfigObject(program: TSESTree.Program): TSESTree.Node | undefined {
  const constants = new Map<string, TSESTree.Expression>()
  let exported: TSESTree.Node | undefined
  for (const statement of program.body) {
    if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations) {
        if (id.type === 'Identifier' && init !== null) constants.set(id.name, init)
      }
    } else if (statement.type === 'ExportDefaultDeclaration') exported = statement.declaration
    else if (statement.type === 'ExpressionStatement') exported ??= assignedToExports(statement)
  }
  let found = unwrap(exported)
  for (let steps = 0; found !== undefined && steps < 5; steps++) {
    if (found.type === 'CallExpression') found = unwrap(found.arguments[0])
    else if (found.type === 'Identifier') found = unwrap(constants.get(found.name))
    else return found
  }
  return found
}

function assignedToExports(statement: TSESTree.ExpressionStatement): TSESTree.Node | undefined {
  const { expression } = statement
  if (expression.type !== 'AssignmentExpression') return undefined
  const { left, right } = expression
  if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier') return undefined
  return left.object.name === 'module' ? right : undefined
}

function memberOf(node: TSESTree.Node | undefined, name: string): TSESTree.Node | undefined {
  const object = unwrap(node)
  if (object?.type !== 'ObjectExpression') return undefined
  for (const property of object.properties) {
    if (property.type !== 'Property' || property.computed) continue
    const { key } = property
    const keyName = key.type === 'Identifier' ? key.name : key.type === 'Literal' && key.value
    if (keyName === name) return property.value
  }
  return undefined
}
