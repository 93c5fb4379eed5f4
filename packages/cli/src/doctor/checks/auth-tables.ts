import { readSchemaModels, type SchemaModel } from '../../project/schema-models.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import type { AuthLookup } from '../server-facts.ts'
import type { Subject } from '../subject.ts'

/** What NextAuth's adapter asks of a table: fields that are unique together, and fields that need an index. */
interface AuthTable {
  readonly model: string
  readonly unique: readonly (readonly string[])[]
  readonly indexed: readonly string[]
}

const TABLES: readonly AuthTable[] = [
  { model: 'account', unique: [['provider', 'providerAccountId']], indexed: ['userId'] },
  { model: 'session', unique: [['sessionToken']], indexed: ['userId'] },
  { model: 'verificationToken', unique: [['identifier', 'token']], indexed: [] },
  { model: 'authenticator', unique: [['credentialID']], indexed: ['userId'] },
]

const ADAPTERS = ['@auth/prisma-adapter', '@next-auth/prisma-adapter']

/** Tables of NextAuth without the keys and the indexes that its adapter looks rows up by. */
export function checkAuthTables(subject: Subject): readonly DoctorFinding[] {
  return authModels(subject).flatMap(({ path, model, table, hasForeignKeyIndexes }) => {
    const place = { path, line: model.line }
    const keys = table.unique
      .filter((fields) => hasAll(model, fields) && !isUnique(model, fields))
      .map((fields) =>
        found('AUTH_KEY_MISSING', place, {
          message: `NextAuth finds a row of \`${model.name}\` by ${named(fields)}, which the schema does not make unique: Prisma refuses the query.`,
          evidence: { model: model.name, fields: fields.join(', ') },
          change:
            fields.length === 1
              ? `Add \`@unique\` to \`${fields.join('')}\`, and migrate.`
              : `Add \`@@unique([${fields.join(', ')}])\` to \`${model.name}\`, and migrate.`,
        }),
      )
    const indexes = table.indexed
      .filter((field) => hasAll(model, [field]) && !isFirst(model, field) && !hasForeignKeyIndexes)
      .map((field) =>
        found('AUTH_INDEX_MISSING', place, {
          message: `\`${model.name}.${field}\` has no index: what belongs to a user, as when one is deleted, is found by reading the whole table.`,
          evidence: { model: model.name, field },
          change: `Add \`@@index([${field}])\` to \`${model.name}\`, and migrate.`,
        }),
      )
    return [...keys, ...indexes]
  })
}

/** The columns that have to have an index, for the check that asks the server. */
export function authLookups(subject: Subject): readonly AuthLookup[] {
  return authModels(subject).flatMap(({ model, table }) => {
    const column = (field: string): string =>
      model.fields.find(({ name }) => name === field)?.column ?? field
    const lookups = [...table.unique, ...table.indexed.map((field) => [field])]
    return lookups
      .filter((fields) => hasAll(model, fields))
      .map((fields) => ({ model: model.name, table: model.table, columns: fields.map(column) }))
  })
}

interface AuthModel {
  readonly path: string
  readonly model: SchemaModel
  readonly table: AuthTable
  /** Whether the database indexes foreign keys by itself. */
  readonly hasForeignKeyIndexes: boolean
}

function authModels({ packages, project, files, read }: Subject): readonly AuthModel[] {
  const isUsed = packages.some(({ own }) => own.some(({ name }) => ADAPTERS.includes(name)))
  if (!isUsed) return []
  const isMySql = project.generators.some(({ datasource }) => datasource?.provider === 'mysql')
  return files.config
    .filter((path) => path.endsWith('.prisma'))
    .flatMap((path) => {
      const text = read(path) ?? ''
      const hasForeignKeyIndexes = isMySql && !/relationMode\s*=\s*"prisma"/.test(text)
      return readSchemaModels(text).flatMap((model): readonly AuthModel[] => {
        const table = TABLES.find((each) => each.model === accessor(model.name))
        return table === undefined ? [] : [{ path, model, table, hasForeignKeyIndexes }]
      })
    })
}

function accessor(model: string): string {
  return model.slice(0, 1).toLowerCase() + model.slice(1)
}

function hasAll({ fields }: SchemaModel, names: readonly string[]): boolean {
  return names.every((name) => fields.some((field) => field.name === name))
}

// The adapter names the pair by its fields in their order: `provider_providerAccountId`.
function isUnique({ indexes }: SchemaModel, names: readonly string[]): boolean {
  return indexes.some(
    ({ isUnique: unique, fields }) =>
      unique && fields.length === names.length && names.every((name, at) => fields[at] === name),
  )
}

function isFirst({ indexes }: SchemaModel, name: string): boolean {
  return indexes.some(({ fields }) => fields[0] === name)
}

function named(fields: readonly string[]): string {
  return fields.map((field) => `\`${field}\``).join(' and ')
}
